import type {
  AccessLook,
  AudiencePlace,
  ListedAccess,
  ListedChannel,
  ListedReaders,
  Standing,
} from "../../core/access.ts";
import { createAskedOnce } from "../../core/asked-once.ts";
import { AppError } from "../../core/errors.ts";
import type { ChannelId, PersonId, WorkspaceId } from "../../core/ids.ts";
import { readByListed } from "../../core/listed-access.ts";
import type { Now } from "../../core/ports.ts";
import { createAccessLists } from "./access-lists.ts";
import type { KnownPerson } from "./access-lists.ts";
import type { Api } from "./api.ts";
import type { ChannelPayload } from "./schema.ts";

/** Guests in a channel of whom it is asked where else they are; of more nobody knows. */
const maxGuests = 50;
/** Private channels of whoever asks of which it is asked who else is in them; the others stay out. */
const maxPrivate = 100;

/**
 * Who is where in a workspace. Members read every public channel; guests and people of other workspaces (Slack Connect)
 * read where they are in, and so does everybody in a private channel.
 */
export function createAccess({ api, now, teamId }: { api: Api; now: Now; teamId: () => string }) {
  return (workspace: WorkspaceId): AccessLook => {
    const once = createAskedOnce({ now });
    const lists = createAccessLists({ api, once, teamId });
    function isHere(): boolean {
      if (teamId() === "") throw new AppError("platform_unreachable", "Slack has not said yet who Parley is");
      return workspace === teamId();
    }

    function audienceIn(channel: string): AudiencePlace {
      return { platform: "slack", workspace, channel: channel as ChannelId };
    }

    /** The channels that this person is in; people of other workspaces are only in shared ones. */
    async function placesOf(
      person: PersonId,
      isAtHome: boolean,
      channels: readonly ChannelPayload[],
      signal: AbortSignal,
    ): Promise<ReadonlySet<string>> {
      if (isAtHome) return lists.channelsOf(person, signal);
      const shared = channels.filter(isShared);
      const inside = await Promise.all(shared.map(({ id }) => lists.membersOf(id, signal)));
      return new Set(shared.flatMap(({ id }, index) => (inside[index]?.has(person) ? [id] : [])));
    }

    /** What decides what one person reads. */
    async function ownFacts(person: PersonId, signal: AbortSignal): Promise<Own> {
      const [people, channels] = await Promise.all([lists.people([person], signal), lists.channels(signal)]);
      const own = people.get(person);
      const places = own ? await placesOf(person, own.isAtHome, channels, signal) : new Set<string>();
      const listed = channels.map((channel): ListedChannel => ({
        audience: audienceIn(channel.id),
        kind: channel.is_private ? "private" : "public",
        inside: new Set(places.has(channel.id) ? [person] : []),
      }));
      return { channels, facts: { kind: "listed", people: standingsOf(people), channels: listed } };
    }

    /** The same, with what decides what everybody reads who reads along in a channel. */
    async function factsAt(person: PersonId, here: ChannelId, signal: AbortSignal): Promise<ListedAccess> {
      const [{ channels, facts }, place] = await Promise.all([
        ownFacts(person, signal),
        lists.channel(here, signal),
      ]);
      const along = place && (await readersIn(place, signal));
      if (!along) return facts;
      const people = await lists.people([...along.people], signal);
      const own = new Set(readByListed(facts, person).map(({ channel }) => channel as string));
      const closed = channels.filter((channel) => channel.is_private && own.has(channel.id));
      const [guests, members] = await Promise.all([
        placesOfGuests(people, channels, signal),
        Promise.all(
          (along.everyMember ? [] : closed.slice(0, maxPrivate)).map(
            async ({ id }) => [id, await lists.membersOf(id, signal)] as const,
          ),
        ),
      ]);
      const membersOf = new Map(members);
      const listed = facts.channels.map((channel): ListedChannel => {
        const { channel: id } = channel.audience;
        const inside = guests.flatMap(([guest, places]) => (places.has(id) ? [guest] : []));
        return {
          ...channel,
          inside: new Set([...channel.inside, ...inside, ...(membersOf.get(id) ?? [])]),
        };
      });
      return {
        kind: "listed",
        people: new Map([...standingsOf(people), ...facts.people]),
        channels: listed,
        along,
      };
    }

    async function placesOfGuests(
      people: ReadonlyMap<PersonId, KnownPerson>,
      channels: readonly ChannelPayload[],
      signal: AbortSignal,
    ) {
      const guests = [...people].filter(([, { standing }]) => standing === "guest");
      if (guests.length > maxGuests) return [];
      return Promise.all(
        guests.map(
          async ([id, { isAtHome }]) => [id, await placesOf(id, isAtHome, channels, signal)] as const,
        ),
      );
    }

    async function readersIn(place: ChannelPayload, signal: AbortSignal): Promise<ListedReaders | undefined> {
      const { id, is_im: isDirect, user } = place;
      const people = isDirect ? user && new Set([user as PersonId]) : await lists.membersOf(id, signal);
      return people ? { everyMember: kindOf(place) === "public", people } : undefined;
    }

    return {
      async audienceOf({ channel: id }, signal) {
        if (!isHere()) return undefined;
        const channel = await lists.channel(id, signal);
        return channel && kindOf(channel) !== "direct" ? audienceIn(channel.id) : undefined;
      },
      async facts({ person, place }, signal) {
        if (!isHere()) return { kind: "listed", people: new Map(), channels: [] };
        if (place) return factsAt(person, place.channel, signal);
        return (await ownFacts(person, signal)).facts;
      },
      forget: lists.forget,
    };
  };
}

interface Own {
  readonly channels: readonly ChannelPayload[];
  readonly facts: ListedAccess;
}

function standingsOf(people: ReadonlyMap<PersonId, KnownPerson>): ReadonlyMap<PersonId, Standing> {
  return new Map([...people].map(([id, { standing }]) => [id, standing] as const));
}

function isShared({ is_ext_shared: external, is_org_shared: ofOrganisation }: ChannelPayload): boolean {
  return external === true || ofOrganisation === true;
}

function kindOf({ is_im: isIm, is_mpim: isMpim, is_private: isPrivate }: ChannelPayload) {
  if (isIm || isMpim) return "direct";
  return isPrivate ? "private" : "public";
}
