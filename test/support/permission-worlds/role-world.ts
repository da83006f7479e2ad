import { PermissionFlagsBits as P } from "discord-api-types/v10";

import type { RoleChannel, RoleMember } from "../../../src/core/access.ts";
import type { ChannelId, PersonId, ThreadId, WorkspaceId } from "../../../src/core/ids.ts";
import type { Overwrite } from "../../../src/core/role-permissions.ts";
import { pick, some, upTo } from "./world.ts";
import type { Dice, PermissionWorld, Spot } from "./world.ts";

export interface Member {
  readonly id: PersonId;
  readonly roles: readonly string[];
  readonly isBot: boolean;
  readonly hasLeft: boolean;
}

export interface Room extends Spot {
  readonly overwrites: readonly Overwrite[];
  readonly isVoice: boolean;
  /** Of a private thread. */
  readonly invited?: ReadonlySet<PersonId>;
}

export interface Guild {
  readonly roles: ReadonlyMap<string, bigint>;
  readonly owner: string;
}

const everyone = "guild";
const deciding = [P.ViewChannel, P.ReadMessageHistory, P.Connect, P.ManageThreads];

/** A guild as Discord has them. `missing`: how much of the facts stays unknown, 0 for nothing. */
export function makeRoleWorld(
  dice: Dice,
  missing: number,
): PermissionWorld<Room> & { readonly guild: Guild } {
  const guild = makeGuild(dice);
  const names = [...guild.roles.keys()].filter((role) => role !== everyone);
  const members = Array.from({ length: upTo(dice, 2, 8) }, (_, at): Member => ({
    id: `U${at}` as PersonId,
    roles: some(dice, names, 0.4),
    isBot: at > 1 && dice() < 0.1,
    hasLeft: at > 1 && dice() < 0.1,
  }));
  const channels = Array.from({ length: upTo(dice, 2, 6) }, (_, at) => makeChannel(dice, at, names, members));
  const threads = Array.from({ length: upTo(dice, 0, 3) }, (_, at) =>
    makeThread(dice, at, channels, members),
  );
  const spots = [...channels, ...threads];
  const isKnown = () => dice() >= missing;

  const permitted = (id: PersonId, room: Room): bigint => {
    const member = members.find((each) => each.id === id);
    return member && !member.hasLeft ? permissionsOf(guild, member, room) : 0n;
  };
  const isLetIn = (id: PersonId, room: Room, bits: bigint) =>
    room.invited === undefined || room.invited.has(id) || (bits & P.ManageThreads) !== 0n;

  return {
    guild,
    people: members.filter(({ isBot }) => !isBot).map(({ id }) => id),
    spots,
    reads(id, room) {
      const bits = permitted(id, room);
      const mayRead = readsWith(bits, room);
      return mayRead && isLetIn(id, room, bits);
    },
    hears(id, room) {
      const bits = permitted(id, room);
      return (bits & P.ViewChannel) !== 0n && isLetIn(id, room, bits);
    },
    facts(asker, here) {
      const looked = members.filter(({ id }) => id === asker || isKnown());
      return {
        kind: "roles",
        rights: { guild: everyone, owner: guild.owner, administrator: P.Administrator, roles: guild.roles },
        roles: names,
        members: new Map(looked.map((member) => [member.id, describe(member)])),
        channels: spots.filter(isKnown).map((room): RoleChannel => ({
          audience: room.audience,
          overwrites: room.overwrites,
          toRead: P.ViewChannel | P.ReadMessageHistory | (room.isVoice ? P.Connect : 0n),
          ...(room.invited && {
            thread: {
              inside: new Set(room.invited.has(asker) && isKnown() ? [asker] : []),
              managedBy: P.ManageThreads,
            },
          }),
        })),
        ...(here && isKnown() && { along: { overwrites: here.overwrites, needed: P.ViewChannel } }),
      };
    },
  };
}

export function readsWith(bits: bigint, { isVoice }: Room): boolean {
  const canView = (bits & P.ViewChannel) !== 0n && (bits & P.ReadMessageHistory) !== 0n;
  return canView && (!isVoice || (bits & P.Connect) !== 0n);
}

/** Step by step as developers/topics/permissions has it. */
export function permissionsOf(guild: Guild, member: Pick<Member, "id" | "roles">, room: Room): bigint {
  if (guild.owner === member.id) return ~0n;
  let bits = guild.roles.get(everyone) ?? 0n;
  for (const role of member.roles) bits |= guild.roles.get(role) ?? 0n;
  if ((bits & P.Administrator) === P.Administrator) return ~0n;
  const overwrite = (id: string) => room.overwrites.find((each) => each.id === id);
  const ofEveryone = overwrite(everyone);
  if (ofEveryone) {
    bits &= ~ofEveryone.deny;
    bits |= ofEveryone.allow;
  }
  let [allow, deny] = [0n, 0n];
  for (const role of member.roles) {
    const ofRole = overwrite(role);
    if (!ofRole) continue;
    allow |= ofRole.allow;
    deny |= ofRole.deny;
  }
  bits &= ~deny;
  bits |= allow;
  const own = overwrite(member.id);
  if (own) {
    bits &= ~own.deny;
    bits |= own.allow;
  }
  return bits;
}

function describe({ roles, isBot, hasLeft }: Member): RoleMember | "gone" {
  return hasLeft ? "gone" : { roles, isBot };
}

function makeGuild(dice: Dice): Guild {
  const bits = (share: number) => some(dice, deciding, share).reduce((sum, bit) => sum | bit, 0n);
  const most = P.ViewChannel | P.ReadMessageHistory | P.Connect;
  const roles = new Map([[everyone, dice() < 0.7 ? most : bits(0.5)]]);
  for (let at = upTo(dice, 1, 4); at > 0; at--)
    roles.set(`R${at}`, dice() < 0.1 ? P.Administrator : bits(pick(dice, [0, 0.3])));
  return { roles, owner: dice() < 0.5 ? "U1" : "U99" };
}

function makeChannel(dice: Dice, at: number, roles: readonly string[], members: readonly Member[]): Room {
  const holders = [
    ...some(dice, [everyone], 0.6),
    ...some(dice, roles, 0.4),
    ...some(
      dice,
      members.map(({ id }) => id),
      0.1,
    ),
  ];
  return {
    audience: { platform: "discord", workspace: "1" as WorkspaceId, channel: `C${at}` as ChannelId },
    isDirect: false,
    isVoice: dice() < 0.1,
    overwrites: holders.map((id) => makeOverwrite(dice, id)),
  };
}

function makeOverwrite(dice: Dice, id: string): Overwrite {
  let [allow, deny] = [0n, 0n];
  for (const bit of deciding) {
    const roll = dice();
    if (roll < 0.3) allow |= bit;
    else if (roll < 0.6) deny |= bit;
  }
  return { id, allow, deny };
}

function makeThread(dice: Dice, at: number, channels: readonly Room[], members: readonly Member[]): Room {
  const parent = pick(dice, channels);
  const invited = new Set(some(dice, members, 0.5).map(({ id }) => id));
  return { ...parent, audience: { ...parent.audience, privateThread: `P${at}` as ThreadId }, invited };
}
