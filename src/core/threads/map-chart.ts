/** What a map of threads shows; all words are ready to be drawn. */
export interface MapChart {
  readonly kind: "map";
  readonly theme: "light" | "dark";
  readonly title: string;
  readonly subtitle: string;
  /** The largest first. */
  readonly groups: readonly {
    readonly label: string;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
}
