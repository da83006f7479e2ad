import { PermissionFlagsBits as P } from "discord-api-types/v10";
import { expect, test } from "vitest";

import { basePermissions, channelPermissions } from "../../src/core/role-permissions.ts";
import type { Overwrite } from "../../src/core/role-permissions.ts";

const rights = {
  guild: "1",
  owner: "9",
  administrator: P.Administrator,
  roles: new Map([
    ["1", P.ViewChannel],
    ["2", P.SendMessages],
    ["3", P.Administrator],
  ]),
};
const overwrite = (id: string, allow = 0n, deny = 0n): Overwrite => ({ id, allow, deny });
const hidden = overwrite("1", 0n, P.ViewChannel);

test.for([
  ["everybody's role counts", [], [], true],
  ["a channel can be hidden from everybody", [], [hidden], false],
  ["a role sees what everybody doesn't", ["2"], [hidden, overwrite("2", P.ViewChannel)], true],
  ["somebody else's role doesn't count", [], [hidden, overwrite("2", P.ViewChannel)], false],
  [
    "what one role is allowed, another doesn't deny",
    ["2", "4"],
    [overwrite("2", P.ViewChannel), overwrite("4", 0n, P.ViewChannel)],
    true,
  ],
  [
    "the own overwrite is the last word",
    ["2"],
    [overwrite("2", P.ViewChannel), overwrite("5", 0n, P.ViewChannel)],
    false,
  ],
  ["the own overwrite opens too", [], [hidden, overwrite("5", P.ViewChannel)], true],
  ["administrators see everything", ["3"], [hidden, overwrite("5", 0n, P.ViewChannel)], true],
] as const)("%s", ([, roles, overwrites, sees]) => {
  const bits = channelPermissions(rights, { person: "5", roles }, overwrites);
  expect((bits & P.ViewChannel) !== 0n).toBe(sees);
});

test("the owner may everything, whatever the roles", () => {
  expect(channelPermissions(rights, { person: "9", roles: [] }, [hidden]) & P.ManageGuild).toBe(
    P.ManageGuild,
  );
  expect(basePermissions(rights, { person: "5", roles: ["2"] })).toBe(P.ViewChannel | P.SendMessages);
});
