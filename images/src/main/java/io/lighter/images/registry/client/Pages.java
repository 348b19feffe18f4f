package io.lighter.images.registry.client;

import io.lighter.images.ImageException;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads lists that come in pages, each with a {@code Link} to the next.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8288">RFC 8288</a>
 */
final class Pages {
  private static final int MAX_PAGES = 10_000;
  private static final int MAX_BYTES = 16 << 20;
  private static final Pattern LINK = Pattern.compile("<([^>]*)>([^,<]*)");
  private static final Pattern NEXT = Pattern.compile("(?i);\\s*rel\\s*=\\s*\"?next\"?");

  private final Endpoint endpoint;

  Pages(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** Reads all pages. The first is asked for; all are given away with their answers. */
  void read(Request first, BiConsumer<Response, byte[]> reader) {
    Set<URI> seen = new HashSet<>();
    Request request = first;
    while (request != null) {
      if (!seen.add(request.uri()) || seen.size() > MAX_PAGES) {
        throw new ImageException(first.what() + ": the pages of the list have no end");
      }
      Request page = request;
      Optional<URI> next =
          endpoint.get(
              page,
              response -> {
                byte[] body = response.bytes(MAX_BYTES);
                try {
                  reader.accept(response, body);
                } catch (ImageException e) {
                  throw Failures.corrupt(page, response, String.valueOf(e.getMessage()));
                }
                return Optional.ofNullable(next(response));
              });
      request = next.map(page::at).orElse(null);
    }
  }

  static @Nullable URI next(Response response) {
    return next(response.uri(), response.headers("Link"));
  }

  /** Returns the next page, at the same registry; null at the last. */
  static @Nullable URI next(URI from, List<String> headers) {
    for (String header : headers) {
      Matcher link = LINK.matcher(header);
      while (link.find()) {
        URI uri = Endpoint.resolve(from, link.group(1));
        if (NEXT.matcher(link.group(2)).find()
            && uri != null
            && uri.getAuthority().equals(from.getAuthority())) {
          return uri;
        }
      }
    }
    return null;
  }
}
