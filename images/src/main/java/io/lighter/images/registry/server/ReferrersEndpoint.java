package io.lighter.images.registry.server;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
import io.lighter.images.manifest.Descriptors;
import io.lighter.images.registry.server.http.Refusal;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v2/NAME/referrers/DIGEST}: what is about a manifest, as an index, in pages. A page ends
 * with as many entries as the client wants, and before it is larger than clients take a manifest to
 * be, since anybody can push descriptors with long annotations.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-referrers">Listing
 *     referrers</a>
 */
final class ReferrersEndpoint {
  private static final int ROOM_FOR_THE_REST = 1024;

  private final @Nullable Mirror mirror;

  ReferrersEndpoint(@Nullable Mirror mirror) {
    this.mirror = mirror;
  }

  void handle(Call call) throws IOException {
    if (!call.isRead()) {
      throw call.refused();
    }
    String type = call.exchange().parameter("artifactType").orElse("");
    Page page = new Page(type, ListEndpoint.size(call.exchange()));
    read(call, page);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", MediaTypes.OCI_INDEX);
    if (!type.isEmpty()) {
      headers.put("OCI-Filters-Applied", "artifactType");
    }
    if (page.next != null) {
      headers.put("Link", link(call, page, page.next));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schemaVersion", 2L);
    json.put("mediaType", MediaTypes.OCI_INDEX);
    json.put("manifests", page.entries);
    Call.json(call.exchange(), headers, json);
  }

  private void read(Call call, Page page) throws IOException {
    Digest subject = call.digest();
    Digest last = call.exchange().parameter("last").map(ReferrersEndpoint::last).orElse(null);
    List<Descriptor> elsewhere = mirror == null ? null : mirror.referrers(call, subject);
    if (elsewhere == null) {
      call.repository().referrers(subject, last, page);
      return;
    }
    var _ =
        elsewhere.stream()
            .filter(one -> last == null || one.digest().hex().compareTo(last.hex()) > 0)
            .allMatch(page);
  }

  private static Digest last(String text) {
    try {
      return Call.digest(text);
    } catch (Refusal e) {
      throw new Refusal(
          400, "PAGINATION_NUMBER_INVALID", "last must be a digest, as in the link to the page");
    }
  }

  private static String link(Call call, Page page, Digest last) {
    String type = page.type.isEmpty() ? "" : "artifactType=" + encoded(page.type) + '&';
    return "<%s?%sn=%d&last=%s>; rel=\"next\""
        .formatted(
            call.location("referrers/" + call.rest()), type, page.most, encoded(last.toString()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Takes descriptors until it is full, and then one more, to know that there is a next page. */
  private static final class Page implements Predicate<Descriptor> {
    private final String type;
    private final int most;
    private final List<Object> entries = new ArrayList<>();
    private long bytes = ROOM_FOR_THE_REST;
    private @Nullable Digest last;

    /** Behind which the next page begins; null for none. */
    private @Nullable Digest next;

    Page(String type, int most) {
      this.type = type;
      this.most = most;
    }

    @Override
    public boolean test(Descriptor one) {
      if (!type.isEmpty() && !type.equals(one.artifactType())) {
        return true;
      }
      Object json = Descriptors.toJson(one);
      bytes += JsonWriter.compact(json).getBytes(StandardCharsets.UTF_8).length + 1;
      boolean fits = entries.isEmpty() || bytes <= ManifestEndpoint.MAX_BYTES;
      if (entries.size() >= most || !fits) {
        next = last;
        return false;
      }
      entries.add(json);
      last = one.digest();
      return true;
    }
  }
}
