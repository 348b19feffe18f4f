package io.lighter.images.registry.server;

import io.lighter.images.registry.server.access.AccessControl;
import io.lighter.images.registry.server.access.Identity;
import io.lighter.images.registry.server.http.Exchange;
import io.lighter.images.registry.server.http.Refusal;
import io.lighter.images.registry.server.storage.RegistryStore;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tags and the catalog. */
final class ListEndpoint {
  /** Where a client does not say how many. */
  private static final int PAGE = 1000;

  private final RegistryStore store;
  private final AccessControl access;
  private final @Nullable Mirror mirror;

  ListEndpoint(RegistryStore store, AccessControl access, @Nullable Mirror mirror) {
    this.store = store;
    this.access = access;
    this.mirror = mirror;
  }

  void tags(Call call) throws IOException {
    if (!call.isRead()) {
      throw call.refused();
    }
    List<String> tags = mirror == null ? own(call) : mirror.tags(call);
    Page page = page(call.exchange(), tags, call.location("tags/list"));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", call.repository().name());
    json.put("tags", page.entries);
    Call.json(call.exchange(), page.link, json);
  }

  private static List<String> own(Call call) throws IOException {
    if (!call.repository().exists()) {
      throw new Refusal(404, "NAME_UNKNOWN", "there is no repository " + call.repository().name());
    }
    return call.repository().tags();
  }

  void catalog(Exchange exchange, Identity who) throws IOException {
    List<String> all =
        store.repositories().stream().filter(name -> access.lists(who, name)).toList();
    Page page = page(exchange, all, "/v2/_catalog");
    Call.json(exchange, page.link, Map.of("repositories", page.entries));
  }

  /**
   * A part of a list.
   *
   * @param link to the next, as a header
   */
  private record Page(List<String> entries, Map<String, String> link) {}

  private static Page page(Exchange exchange, List<String> all, String path) {
    int size = size(exchange);
    String last = exchange.parameter("last").orElse("");
    List<String> rest = all.stream().filter(entry -> entry.compareTo(last) > 0).toList();
    if (rest.size() <= size) {
      return new Page(rest, Map.of());
    }
    List<String> entries = rest.subList(0, size);
    if (entries.isEmpty()) {
      return new Page(entries, Map.of());
    }
    String next =
        "<%s?n=%d&last=%s>; rel=\"next\""
            .formatted(path, size, URLEncoder.encode(entries.getLast(), StandardCharsets.UTF_8));
    return new Page(entries, Map.of("Link", next));
  }

  /** How many entries a client wants on a page. */
  static int size(Exchange exchange) {
    return exchange.parameter("n").map(ListEndpoint::size).orElse(PAGE);
  }

  private static int size(String text) {
    try {
      int size = Integer.parseInt(text);
      if (size >= 0) {
        return size;
      }
    } catch (NumberFormatException e) {
      // As below.
    }
    throw new Refusal(400, "PAGINATION_NUMBER_INVALID", "n must be a number from 0");
  }
}
