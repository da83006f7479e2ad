import type { IncomingMessage, ServerResponse } from "node:http";

import { isObject } from "./arguments.ts";
import { readContent } from "./content.ts";
import { filePayload } from "./file-payload.ts";
import { readBytes, sendText } from "./http.ts";
import { postMessage } from "./messages.ts";
import { threadOf } from "./methods-chat.ts";
import { visibleChannel } from "./method.ts";
import type { Methods } from "./method.ts";
import type { Service } from "./service.ts";
import { SlackRefusal, invalidArguments } from "./slack-refusal.ts";
import { kindOf } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";
import type { Json, StoredFile } from "./workspace.ts";

interface Upload {
  readonly fileId: string;
  readonly name: string;
  readonly length: number;
  bytes: Buffer | undefined;
}

/** A file is read after it was taken: until then it has no media type, and no block can show it. */
const readingMs = 150;

/** docs.slack.dev/messaging/working-with-files: private URLs, and uploads in three steps. */
export function createFiles(service: Service, tokens: Tokens) {
  const { workspace, bot, url } = service;
  const uploads = new Map<string, Upload>();

  function find(id: string): StoredFile {
    const file = workspace.files.get(id);
    if (!file) throw new SlackRefusal("file_not_found");
    if (file.deleted) throw new SlackRefusal("file_deleted");
    const isShared = [...file.channels].some((channel) =>
      workspace.channels.get(channel)?.members.has(bot.id),
    );
    if (!isShared && file.user !== bot.id) throw new SlackRefusal("not_visible");
    return file;
  }

  /** Keeps an upload that is complete as a file. @throws SlackRefusal */
  function keep(id: string, title: string | undefined): StoredFile {
    const upload = [...uploads.values()].find(({ fileId }) => fileId === id);
    if (!upload?.bytes) throw new SlackRefusal("file_not_found");
    const file: StoredFile = {
      id,
      name: upload.name,
      title: title ?? upload.name,
      mediaType: mediaTypeOf(upload.name),
      bytes: upload.bytes,
      user: bot.id,
      created: Math.floor(workspace.now() / 1_000),
      readyAt: workspace.now() + readingMs,
      channels: new Set(),
      deleted: false,
    };
    workspace.files.set(id, file);
    return file;
  }

  const methods: Methods = {
    "files.info": {
      scopes: ["files:read"],
      required: ["file"],
      run: ({ args }) => ({ file: filePayload(service, find(args.need("file"))) }),
    },
    "files.getUploadURLExternal": {
      scopes: ["files:write"],
      required: ["filename", "length"],
      run({ args }) {
        const length = args.count("length") ?? 0;
        if (length < 1) throw invalidArguments("missing required field: length");
        const fileId = workspace.newId("F");
        const path = `/upload/v1/${fileId}`;
        uploads.set(path, { fileId, name: args.need("filename"), length, bytes: undefined });
        return { upload_url: url() + path, file_id: fileId };
      },
    },
    "files.completeUploadExternal": {
      scopes: ["files:write"],
      json: true,
      required: ["files"],
      run({ args }) {
        const list = args.structure("files", "invalid_arguments");
        const isList = Array.isArray(list) && list.every(isObject);
        if (!isList) throw invalidArguments("must be an array [json-pointer:/files]");
        const channel = args.given("channel_id")
          ? visibleChannel(service, args.need("channel_id"))
          : undefined;
        if (channel && !channel.members.has(bot.id)) throw new SlackRefusal("not_in_channel");
        const files = list.map(({ id, title }: Json) =>
          keep(String(id), typeof title === "string" ? title : undefined),
        );
        if (channel) {
          postMessage(service, {
            channel,
            user: bot.id,
            text: args.text("initial_comment") ?? "",
            blocks: readContent(args, () => workspace.newId("b").slice(2, 7)).blocks,
            threadTs: threadOf(service, channel, args.text("thread_ts")),
            subtype: "file_share",
            files,
          });
        }
        return { files: files.map((file) => filePayload(service, file)) };
      },
    },
  };

  return {
    methods,
    /** `url_private`: without a token that may read it, Slack sends to its sign-in page, with 200 in the end. */
    download(request: IncomingMessage, response: ServerResponse, path: string): void {
      const id = /^\/files-pri\/[^/]+-(F[A-Z0-9]+)\//.exec(path)?.[1] ?? "";
      const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
      const mayRead =
        kindOf(tokens, token) === "bot" &&
        tokens.trouble.bot === undefined &&
        tokens.scopes.has("files:read");
      try {
        const file = find(id);
        if (!mayRead) throw new SlackRefusal("not_authed");
        response
          .writeHead(200, { "content-type": file.mediaType, "content-length": file.bytes.length })
          .end(file.bytes);
      } catch (error) {
        if (error instanceof SlackRefusal && error.message === "file_not_found") {
          return sendText(response, 404, "<!DOCTYPE html><title>File not found</title>");
        }
        response.writeHead(302, { location: `${url()}/?redir=${encodeURIComponent(path)}` }).end();
      }
    },
    async upload(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
      const upload = uploads.get(path);
      const bytes = await bytesOf(request);
      if (!upload || bytes.length !== upload.length) {
        return sendText(response, 500, "upload failed");
      }
      upload.bytes = bytes;
      sendText(response, 200, `OK - ${bytes.length}`);
    },
  };
}

/** Raw, or a form with one file, as the SDK sends it. */
async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const bytes = await readBytes(request);
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return bytes;
  const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
  const file = [...form.values()].find((value) => typeof value !== "string");
  return file === undefined ? Buffer.alloc(0) : Buffer.from(await file.arrayBuffer());
}

function mediaTypeOf(name: string): string {
  const known: Readonly<Record<string, string>> = {
    png: "image/png",
    csv: "text/csv",
    json: "application/json",
    md: "text/markdown",
    txt: "text/plain",
  };
  return known[name.split(".").at(-1) ?? ""] ?? "application/octet-stream";
}
