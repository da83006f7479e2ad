import { writeUsd } from "./money.ts";

/** What is said of a bill beside the ledger. Names come in already quoted. */
export const reconcileInEnglish = {
  title: (period: string) => `The model service's bill and Parley's ledger ${period}`,
  operatorOnly:
    "The bill is the whole organization's, so it is for those alone who stand under `admins` in `parley.yaml`.",
  offline: "The offline model answers here, and nobody bills it.",
  noKey:
    "Parley has no key with which the bill can be read. An owner of the organization makes one under “Admin keys” in the settings of the organization at OpenAI (reading usage is enough); it goes into the environment as `OPENAI_ADMIN_KEY`, and Parley is started anew.",
  nothing: "Nothing was billed, and nothing was counted.",
  sums: (billed: number, counted: number) =>
    `Billed **${writeUsd(billed)}**, counted **${writeUsd(counted)}**: ${difference(billed - counted)}.`,
  difference,
  reasons: "**What explains a difference**",
  others: (microUsd: number) =>
    `${writeUsd(microUsd)} are billed for models that nobody asked here: others use the same account, or Parley does in another workspace. With \`OPENAI_PROJECT_ID\` only that project's bill is read.`,
  unpriced: (calls: number) =>
    `${calls} calls have no known price here and are in no sum of the ledger: \`prices\` in \`parley.yaml\`, then \`/parley cost reprice\`.`,
  estimated: (calls: number) =>
    `${calls} calls were cut before the service said what they used, and are counted by what came.`,
  late: "The service bills some hours late: the last day or two may be missing there. Its days are those of UTC.",
  modelHead: ["model", "billed", "counted", "difference"],
  dayHead: ["day (UTC)", "billed", "counted", "difference"],
  fileAlt: "Every line of the bill, and every sum of the ledger, by day and model",
};

function difference(microUsd: number): string {
  if (microUsd === 0) return "no difference";
  return `${microUsd > 0 ? "+" : "−"}${writeUsd(Math.abs(microUsd))}`;
}
