import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, test } from "vitest";

import { createDownload as createDiscordDownload } from "../../src/adapters/discord/files.ts";
import { createDownload as createSlackDownload } from "../../src/adapters/slack/files.ts";
import type { Attachment } from "../../src/core/event.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const never = new AbortController().signal;
const maxBytes = 1_000;

/** How each adapter fetches a file that is said to stand at `fileUrl`, where the platform's API is at `apiUrl`. */
const adapters = {
  Slack: (fileUrl: string, apiUrl: string, signal: AbortSignal) => {
    const api = { call: async () => ({ file: { id: "F1", url_private: fileUrl } }) };
    const download = createSlackDownload(api as never, { botToken: "xoxb-secret", apiUrl });
    return download(fileOf("F1"), maxBytes, signal);
  },
  Discord: (fileUrl: string, apiUrl: string, signal: AbortSignal) =>
    createDiscordDownload({} as never, apiUrl)(fileOf(fileUrl), maxBytes, signal),
};

const fileOf = (id: string): Attachment => ({ id, name: "a.txt", mediaType: "text/plain", sizeBytes: 3 });

describe.each(Object.entries(adapters))("a file of %s's", (_name, download) => {
  test("that redirects to another host is not followed there, and no token goes with it", async () => {
    let asked = 0;
    const other = await serve((_request, response) => {
      asked++;
      response.end("stolen");
    });
    const own = await serve((_request, response) =>
      response.writeHead(302, { location: `${other}/x` }).end(),
    );
    await expect(download(`${own}/f`, own, never)).rejects.toMatchObject({ name: "AppError" });
    expect(asked).toBe(0);
  });

  test("without an end is read to the bound", async () => {
    let sent = 0;
    const own = await serve((_request, response) => {
      const write = (): void => {
        while (response.writable && response.write("x".repeat(500))) sent += 500;
      };
      response.on("drain", write);
      write();
    });
    await expect(download(`${own}/f`, own, never)).rejects.toMatchObject({
      code: "platform_refused",
      facts: { maxBytes },
    });
    // What lies in the buffers between the two.
    expect(sent).toBeLessThan(20_000_000);
  });

  test("with more than its declared length brings no more than that", async () => {
    const own = await serve((request) => {
      const body = "x".repeat(50_000);
      request.socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n${body}`);
    });
    const bytes = await download(`${own}/f`, own, never).catch(() => new Uint8Array());
    expect(bytes.byteLength).toBeLessThanOrEqual(3);
  });

  test("with less than its declared length is none", async () => {
    const own = await serve((request) => {
      request.socket.end("HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nxxx");
    });
    await expect(download(`${own}/f`, own, never)).rejects.toMatchObject({ code: "platform_unreachable" });
  });

  test("that trickles in is given up with the signal", async () => {
    const given = new AbortController();
    const own = await serve((_request, response) => {
      response.write("x");
      given.abort();
    });
    await expect(download(`${own}/f`, own, given.signal)).rejects.toMatchObject({ code: "aborted" });
  });

  test.each([
    "http://169.254.169.254/latest/meta-data",
    "http://127.0.0.1:9/f",
    "http://files.slack.com/f",
    "http://cdn.discordapp.com/f",
    "https://files.slack.com.evil.example/f",
    "https://cdn.discordapp.com@evil.example/f",
    "https://evil.example/files.slack.com",
    "https://files.slack.com:8443/f",
    "https://cdn.discordapp.com:8443/f",
    "file:///etc/passwd",
    "data:text/plain,hello",
  ])("is not fetched from %s", async (url) => {
    const own = await serve((_request, response) => response.end("own"));
    await expect(download(url, own, never)).rejects.toMatchObject({ code: "platform_refused" });
  });
});
