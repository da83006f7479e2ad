import { h } from "./dom.js";

/** The files under a message: pictures as such, everything else as a link to save it. */
export function createFiles(files, me) {
  return h("div", { class: "files" }, ...files.map((file) => fileNode(file, me)));
}

function fileNode({ id, name, mediaType, altText }, me) {
  const address = `/api/files/${encodeURIComponent(id)}?as=${encodeURIComponent(me)}`;
  if (!mediaType.startsWith("image/"))
    return h("a", { class: "file", href: address, download: name, title: altText }, name);
  const picture = h("img", { src: address, alt: altText, loading: "lazy" });
  const figure = h(
    "figure",
    { class: "shown-file" },
    h("a", { href: address, target: "_blank", rel: "noopener", "aria-label": `Open ${name}` }, picture),
  );
  // What Parley sent before it was started anew is gone: its words say the same.
  picture.addEventListener("error", () =>
    figure.replaceChildren(h("figcaption", {}, `${name} is no longer kept. ${altText}`)),
  );
  return figure;
}
