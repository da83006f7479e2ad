/** ITU-R M.1677-1: letters and figures. */
const codes: Readonly<Record<string, string>> = Object.fromEntries(
  (
    "a.- b-... c-.-. d-.. e. f..-. g--. h.... i.. j.--- k-.- l.-.. m-- n-. o--- p.--. q--.- r.-. s... t- u..- v...- " +
    "w.-- x-..- y-.-- z--.. 0----- 1.---- 2..--- 3...-- 4....- 5..... 6-.... 7--... 8---.. 9----."
  )
    .split(" ")
    .map((pair) => [pair.slice(1), pair.charAt(0)]),
);

/** Groups of dots and dashes as letters; a slash is the gap between words. */
export function readMorse(groups: readonly string[]): string {
  const letters = groups.map((group) => {
    if (group === "/") return " ";
    return codes[group.replaceAll(/[·•]/g, ".").replaceAll(/[_−–—]/g, "-")] ?? "";
  });
  return letters.join("");
}
