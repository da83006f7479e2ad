/** What a picture of costs shows; all words are ready to be drawn. Money is in micro-USD. */
export interface CostChart {
  readonly theme: "light" | "dark";
  readonly title: string;
  readonly subtitle: string;
  /** In the order in which they are stacked. */
  readonly models: readonly string[];
  readonly days: readonly {
    readonly label: string;
    /** In the order of `models`. */
    readonly byModel: readonly number[];
  }[];
  readonly shares: readonly { readonly label: string; readonly microUsd: number; readonly value: string }[];
  /** Over each part of the picture. */
  readonly headings: { readonly days: string; readonly shares: string };
  /** In place of bars where nothing was spent. */
  readonly nothing: string;
}
