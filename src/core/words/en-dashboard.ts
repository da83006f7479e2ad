/** What is said of the dashboard in chat. */
export const dashboardInEnglish = {
  link: (address: string) =>
    `[Open the dashboard](${address})\n\nThe link is yours alone: it opens once, within ten minutes, and shows what you may see. \`/parley dashboard\` gives another.`,
};
