import { glob, readFile } from "node:fs/promises";

import fc from "fast-check";

/** Prose and code as they lie in the dependencies, and CJK sentences, each cut to about so many UTF-8 bytes. */
export async function readTexts(
  bytes: number,
): Promise<Readonly<Record<"English" | "code" | "CJK", string>>> {
  return {
    English: await readFiles("node_modules/**/*.md", bytes),
    code: await readFiles("node_modules/{openai,hono,marked,zod}/**/*.js", bytes),
    CJK: writeCjk(bytes),
  };
}

async function readFiles(pattern: string, bytes: number): Promise<string> {
  const paths: string[] = [];
  for await (const path of glob(pattern)) paths.push(path);
  let text = "";
  for (const path of paths.toSorted()) {
    text += await readFile(path, "utf8");
    if (text.length >= bytes) break;
  }
  return cutToBytes(text, bytes);
}

/** The beginning of a text, whole characters only. */
export function cutToBytes(text: string, bytes: number): string {
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, bytes), { stream: true });
}

const clauses = [
  "今天下午三点我们在会议室讨论新产品的发布计划",
  "请把上个月的销售数据整理成表格并发送给所有部门负责人",
  "如果服务器再次出现连接超时的情况就需要联系运维团队",
  "这个功能已经在测试环境里运行了两个星期没有发现严重的问题",
  "我认为应该先解决用户反馈最多的那几个错误然后再考虑性能优化",
  "昨天晚上的更新导致部分客户无法登录系统目前正在紧急修复",
  "来週の水曜日までにお客様へのご提案資料を完成させてください",
  "データベースの移行作業は予定より早く終わりましたので確認をお願いします",
  "新しいメンバーのために開発環境の構築手順をまとめておきました",
  "このエラーは設定ファイルの文字コードが正しくないときに発生するようです",
  "本日の定例会議では次の四半期の目標と予算について話し合いました",
  "다음 주 월요일까지 고객에게 보낼 제안서를 준비해 주시기 바랍니다",
  "어제 배포한 버전에서 로그인 오류가 발생하여 긴급하게 수정하고 있습니다",
  "회의록은 공유 폴더에 올려 두었으니 시간이 될 때 확인해 주세요",
];

function writeCjk(bytes: number): string {
  const clause = fc.tuple(
    fc.constantFrom(...clauses),
    fc.nat(20),
    fc.constantFrom("，", "。", "、", "！", "\n", " 3.5 "),
  );
  const written = fc.sample(clause, { numRuns: Math.ceil(bytes / 40), seed: 1 });
  return cutToBytes(written.map(([words, from, end]) => words.slice(from) + end).join(""), bytes);
}

/** Text that hurts mergers which look at every pair again after each join, `bytes` of each kind. */
export function writeHostile(bytes: number): Readonly<Record<string, string>> {
  const run = (unit: string): string => cutToBytes(unit.repeat(Math.ceil(bytes / unit.length)), bytes);
  const random = (units: fc.Arbitrary<string>): string =>
    cutToBytes(fc.sample(units, { numRuns: bytes, seed: 1 }).join(""), bytes);
  const ideographs = fc.integer({ min: 0x4e_00, max: 0x9f_a5 }).map((point) => String.fromCodePoint(point));
  const kinds = {
    "one letter": run("a"),
    spaces: run(" "),
    "'=' run": run("="),
    "line breaks": run("\n"),
    emoji: run("😀👍🏽👩‍👩‍👧"),
    "one ideograph": run("哈"),
    "random CJK without punctuation": random(ideographs),
    "combining marks": run("e\u0301\u0302\u0323"),
    base64: random(fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")),
    "random letters": random(fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz")),
    "lone surrogates": "\ud83d".repeat(Math.ceil(bytes / 3)),
  };
  const piece = Math.ceil(bytes / Object.keys(kinds).length);
  return {
    ...kinds,
    mixed: cutToBytes(
      Object.values(kinds)
        .map((text) => cutToBytes(text, piece))
        .join(""),
      bytes,
    ),
  };
}

/** Strings of characters that the split patterns tell apart, and of any others. */
export function writeRandomStrings(count: number): readonly string[] {
  const characters = fc.oneof(
    fc.constantFrom(...("aBéÉß哈日ا\u0301\u094d12½٣ \t\n\r\u00a0\u2028'!/-=😀𝔸𐐨".match(/./gsu) ?? [])),
    fc.constantFrom("'s", "'LL", "'ſ", "\ud800", "\udc00", "ǅ", "ʰ", "<|endoftext|>", " the", "ing", "://"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  );
  const strings = fc.array(characters, { maxLength: 40, size: "max" }).map((parts) => parts.join(""));
  return fc.sample(strings, { numRuns: count, seed: 1 });
}
