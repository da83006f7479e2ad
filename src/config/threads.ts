import { z } from "zod";

import { count, name } from "./fields.ts";

export const threadSettings = z
  .strictObject({
    index: z
      .enum(["on", "off"])
      .default("on")
      .meta({
        description:
          "Whether conversations in channels are made findable by meaning, for those who can read them. Direct messages never are.",
        examples: ["on"],
      }),
    model: name("text-embedding-3-small", "The model that makes vectors of texts.").default(
      "text-embedding-3-small",
    ),
    dimensions: count(512, "How long these vectors are; the model has to know that length.").default(512),
    hints: z
      .enum(["on", "off"])
      .default("on")
      .meta({
        description:
          "Whether somebody who asks what was answered before is told where, privately and beside the answer.",
        examples: ["on"],
      }),
    search: z
      .enum(["on", "off"])
      .default("on")
      .meta({
        description:
          "Whether the model may search earlier threads by itself, among those that everybody who reads its answer can read. A model that may reason is asked not to, unless its persona sets an effort: it takes tools only then.",
        examples: ["on"],
      }),
    history: z
      .enum(["on", "off"])
      .default("on")
      .meta({
        description:
          "Whether those who manage a channel may have what was said in it before made findable. The channel is told when they do.",
        examples: ["on"],
      }),
  })
  .prefault({})
  .meta({ description: "How earlier threads are found." });
