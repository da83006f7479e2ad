import type { ModelService } from "../config.ts";
import type { TokenCounter } from "../core/ports.ts";
import { en } from "../core/words/en.ts";

interface ModelConnection {
  readonly options: {
    readonly apiKey: string;
    readonly baseUrl?: string;
    readonly organization?: string;
    readonly project?: string;
    readonly adminKey?: string;
  };
  readonly banner?: string;
  readonly close: () => Promise<void>;
}

/** The service that the config names, or the offline model in this process. */
export async function connectModelService(
  service: ModelService,
  counting: Promise<TokenCounter>,
): Promise<ModelConnection> {
  if (service.kind === "openai") return { options: service, close: async () => undefined };
  const { startOfflineModel } = await import("../adapters/openai/offline/server.ts");
  const offline = await startOfflineModel({
    countTokens: async (text, model) => (await counting).count(text, model),
  });
  return {
    options: { apiKey: offline.apiKey, baseUrl: offline.url },
    banner: en.offlineBanner,
    close: () => offline.close(),
  };
}
