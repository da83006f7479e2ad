import type { ChatParameters } from "./ports.ts";

type ParameterName = keyof ChatParameters;

const sampling: readonly ParameterName[] = ["temperature", "topP", "frequencyPenalty", "presencePenalty"];

/**
 * The parameters that a model refuses beside the others. Models that reason take no sampling parameters, from GPT-5.1 on
 * unless their effort is `none`; those that don't take no effort. Of a name that isn't known nothing is refused.
 * Source: the provider's reasoning guide and model pages.
 */
export function refusedParameters(
  model: string,
  parameters: Partial<ChatParameters>,
): readonly ParameterName[] {
  const set = (names: readonly ParameterName[]) => names.filter((name) => parameters[name] !== undefined);
  switch (reasoningOf(model)) {
    case "alwaysReasons":
      return set([...sampling, "stop"]);
    case "mayReason":
      return parameters.reasoningEffort === "none" ? [] : set(sampling);
    case "neverReasons":
      return set(["reasoningEffort", "verbosity"]);
    default:
      return [];
  }
}

/** The parameters that a model takes: what it refuses is left out, so that a persona works with each model. */
export function fitParameters(model: string, parameters: ChatParameters): ChatParameters {
  const refused = refusedParameters(model, parameters);
  if (refused.length === 0) return parameters;
  const kept = Object.entries(parameters).filter(([name]) => !refused.includes(name as ParameterName));
  return Object.fromEntries(kept) as unknown as ChatParameters;
}

/**
 * The parameters with which a model takes tools over chat completions, or `undefined` where it takes none: one that may
 * reason takes them only when it doesn't. Source: the provider's reasoning guide.
 */
export function withTools(model: string, parameters: ChatParameters): ChatParameters | undefined {
  switch (reasoningOf(model)) {
    case "alwaysReasons":
      return undefined;
    case "mayReason": {
      const { reasoningEffort = "none" } = parameters;
      return reasoningEffort === "none" ? { ...parameters, reasoningEffort } : undefined;
    }
    default:
      return parameters;
  }
}

export type Reasoning = "alwaysReasons" | "mayReason" | "neverReasons" | "unknown";

/** Whether a model reasons, by its name. */
export function reasoningOf(model: string): Reasoning {
  const name = model.startsWith("ft:") ? (model.split(":")[1] ?? model) : model;
  if (/^gpt-\d[\w.]*-chat/.test(name)) return "unknown";
  if (/^(?:o\d|gpt-5(?:-|$))/.test(name)) return "alwaysReasons";
  if (/^gpt-(?:5\.|[6-9])/.test(name)) return "mayReason";
  return /^gpt-[34]/.test(name) ? "neverReasons" : "unknown";
}
