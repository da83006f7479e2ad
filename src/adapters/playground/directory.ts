import type { Platform } from "../../core/platform.ts";
import { canRead, findChannel, findMember, rightsOf, workspaceId, workspaceName } from "./workspace.ts";

/** Who and what there is in the workspace, and who may see what. */
export const directory: Pick<
  Platform,
  "channel" | "person" | "rights" | "canRead" | "canWrite" | "workspaceName"
> = {
  async channel(workspace, id) {
    const channel = workspace === workspaceId ? findChannel(id) : undefined;
    return channel && { name: channel.name, kind: channel.kind };
  },
  async person(workspace, id) {
    const member = workspace === workspaceId ? findMember(id) : undefined;
    if (!member) return undefined;
    const { name, role } = member;
    return { name, isAdmin: role === "admin", isGuest: role === "guest", isBot: role === "bot" };
  },
  async rights({ workspace, channel }, person) {
    const member = workspace === workspaceId ? findMember(person) : undefined;
    return rightsOf(member, findChannel(channel));
  },
  async canRead(workspace, person, id) {
    const [member, channel] = [findMember(person), findChannel(id)];
    return (
      workspace === workspaceId && member !== undefined && channel !== undefined && canRead(member, channel)
    );
  },
  canWrite: ({ workspace, channel }, person, signal) => directory.canRead(workspace, person, channel, signal),
  workspaceName: (workspace) => (workspace === workspaceId ? workspaceName : undefined),
};
