import type { ListedChannel, Standing } from "../../../src/core/access.ts";
import type { ChannelId, PersonId, WorkspaceId } from "../../../src/core/ids.ts";
import { pick, some, upTo } from "./world.ts";
import type { Dice, PermissionWorld, Spot } from "./world.ts";

interface Person {
  readonly id: PersonId;
  readonly kind: "member" | "guest" | "external" | "app" | "former";
}

export interface Room extends Spot {
  readonly type: "public" | "private" | "group" | "direct";
  readonly members: ReadonlySet<PersonId>;
}

/** A workspace as Slack has them. `missing`: how much of the facts stays unknown, 0 for nothing. */
export function makeListedWorld(dice: Dice, missing: number): PermissionWorld<Room> {
  const kinds = ["member", "member", "member", "guest", "external", "app", "former"] as const;
  const people = Array.from({ length: upTo(dice, 2, 9) }, (_, at): Person => ({
    id: `U${at}` as PersonId,
    kind: at === 0 ? "member" : pick(dice, kinds),
  }));
  const rooms = Array.from({ length: upTo(dice, 2, 8) }, (_, at) => makeRoom(dice, at, people));
  const isKnown = () => dice() >= missing;
  const person = (id: PersonId) => people.find((each) => each.id === id);

  function reads(id: PersonId, room: Room): boolean {
    const who = person(id);
    if (!who || who.kind === "former") return false;
    if (room.members.has(id)) return true;
    return room.type === "public" && who.kind === "member";
  }

  return {
    people: people.filter(({ kind }) => kind !== "app").map(({ id }) => id),
    spots: rooms,
    reads,
    hears: reads,
    facts(_asker, here) {
      const known = people.filter(isKnown);
      return {
        kind: "listed",
        people: new Map(known.map(({ id, kind }) => [id, standings[kind]])),
        channels: rooms.filter(isKnown).map((room): ListedChannel => ({
          audience: room.audience,
          kind: room.isDirect ? "direct" : (room.type as "public" | "private"),
          inside: new Set([...room.members].filter(isKnown)),
        })),
        ...(here && isKnown() && { along: { everyMember: here.type === "public", people: here.members } }),
      };
    },
  };
}

const standings: Readonly<Record<Person["kind"], Standing>> = {
  member: "member",
  guest: "guest",
  external: "guest",
  app: "bot",
  former: "gone",
};

function makeRoom(dice: Dice, at: number, people: readonly Person[]): Room {
  const type = pick(dice, ["public", "public", "private", "private", "group", "direct"] as const);
  const present = people.filter(({ kind }) => kind !== "former" || dice() < 0.2);
  const members = type === "direct" ? [pick(dice, people)] : some(dice, present, pick(dice, [0.3, 0.6, 0.9]));
  const audience = {
    platform: "slack",
    workspace: "T1" as WorkspaceId,
    channel: `C${at}` as ChannelId,
  } as const;
  return {
    audience,
    isDirect: type === "group" || type === "direct",
    type,
    members: new Set(members.map(({ id }) => id)),
  };
}
