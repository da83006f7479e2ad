import { z } from "zod";

// Kinds of values in `parley.yaml`. `examples` go into the JSON schema and into the sentences about wrong values.

export const count = (example: number, description: string) =>
  z
    .int()
    .min(1)
    .max(100_000_000)
    .meta({ description, examples: [example] });
export const durationMs = (example: number, description: string) =>
  z
    .int()
    .min(1)
    .max(86_400_000)
    .meta({ description: `${description} Milliseconds.`, examples: [example] });
export const name = (example: string, description: string) =>
  z
    .string()
    .trim()
    .min(1)
    .max(200)
    .meta({ description, examples: [example] });
export const longText = (example: string, description: string) =>
  z
    .string()
    .trim()
    .min(1)
    .max(20_000)
    .meta({ description, examples: [example] });

export const temperature = z
  .number()
  .min(0)
  .max(2)
  .meta({
    description: "How freely the model chooses its words, 0 to 2. Left out: the model's own default.",
    examples: [0.7],
  });
export const topP = z
  .number()
  .gt(0)
  .max(1)
  .meta({
    description: "Nucleus sampling, above 0 and up to 1. Left out: the model's own default.",
    examples: [0.9],
  });
export const penalty = (description: string) =>
  z
    .number()
    .min(-2)
    .max(2)
    .meta({ description, examples: [0.5] });
