import type { Json } from "./workspace.ts";

export function checkBlocks(_blocks: readonly Json[]): void {}
