import type { AccessLook, AudiencePlace, ListedChannel } from "../../core/access.ts";
import type { WorkspaceId } from "../../core/ids.ts";
import { channels, findChannel, members, workspaceId } from "./workspace.ts";
import type { Channel } from "./workspace.ts";

/** Who may read what in the playground, where nobody comes or goes. */
export function lookAtAccess(workspace: WorkspaceId): AccessLook {
  const standings = new Map(members.map(({ id, role }) => [id, role === "admin" ? "member" : role] as const));
  return {
    async audienceOf(place) {
      const channel = workspace === workspaceId ? findChannel(place.channel) : undefined;
      return channel && channel.kind !== "direct" ? audienceIn(channel) : undefined;
    },
    async facts({ place }) {
      if (workspace !== workspaceId) return { kind: "listed", people: new Map(), channels: [] };
      const here = place && findChannel(place.channel);
      return {
        kind: "listed",
        people: standings,
        channels: channels.map((channel): ListedChannel => ({
          audience: audienceIn(channel),
          kind: channel.kind,
          inside: new Set(channel.invited),
        })),
        ...(here && { along: { everyMember: here.kind === "public", people: new Set(here.invited) } }),
      };
    },
    forget: () => undefined,
  };
}

function audienceIn({ id }: Channel): AudiencePlace {
  return { platform: "playground", workspace: workspaceId, channel: id };
}
