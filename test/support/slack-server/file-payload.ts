import type { Service } from "./service.ts";
import type { Json, StoredFile } from "./workspace.ts";

/** reference/objects/file-object; the fields that an app can rely on. */
export function filePayload({ workspace, url }: Service, file: StoredFile): Json {
  const extension = file.name.split(".").at(-1) ?? "";
  const address = `${url()}/files-pri/${workspace.teamId}-${file.id}/${encodeURIComponent(file.name)}`;
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: workspace.now() < file.readyAt ? "" : file.mediaType,
    filetype: workspace.now() < file.readyAt ? "" : extension,
    pretty_type: extension.toUpperCase(),
    user: file.user,
    user_team: workspace.teamId,
    editable: false,
    size: file.bytes.length,
    mode: "hosted",
    is_external: false,
    external_type: "",
    is_public: true,
    public_url_shared: false,
    display_as_bot: false,
    username: "",
    url_private: address,
    url_private_download: `${address}?download=1`,
    media_display_type: "unknown",
    permalink: `${url()}/files/${file.user}/${file.id}/${encodeURIComponent(file.name)}`,
    channels: [...file.channels],
    groups: [],
    ims: [],
    has_rich_preview: false,
    file_access: "visible",
  };
}
