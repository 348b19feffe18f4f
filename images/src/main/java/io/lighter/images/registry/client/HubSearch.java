package io.lighter.images.registry.client;

import io.lighter.images.json.Fields;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.RegistryException.Kind;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The search of Docker Hub's index, which few other registries have. */
final class HubSearch {
  private static final String HUB_INDEX = "https://index.docker.io";
  private static final int MAX_BYTES = 4 << 20;

  private HubSearch() {}

  static List<SearchResult> search(String domain, Endpoint endpoint, String term, int limit) {
    boolean hub = domain.equals(Reference.DEFAULT_DOMAIN);
    URI uri =
        URI.create(
            "%s/v1/search?q=%s&n=%d"
                .formatted(
                    hub ? HUB_INDEX : endpoint.base(),
                    URLEncoder.encode(term, StandardCharsets.UTF_8),
                    limit));
    Request request =
        new Request(
            "search at " + domain, "GET", uri, Map.of("Accept", "application/json"), Set.of());
    return endpoint.call(
        request,
        response -> {
          if (response.status() == 404) {
            throw new RegistryException(
                Kind.REFUSED,
                domain + " has no search: only Docker Hub and registries with its old index do");
          }
          if (!response.isSuccess()) {
            throw Failures.of(request, response);
          }
          return Fields.read("the results of the search at " + domain, response.bytes(MAX_BYTES))
              .objects("results", HubSearch::result)
              .stream()
              .limit(limit)
              .toList();
        });
  }

  private static SearchResult result(Fields fields) {
    return new SearchResult(
        fields.text("name"),
        fields.text("description"),
        Math.clamp(fields.number("star_count", 0), 0, Integer.MAX_VALUE),
        fields.isTrue("is_official"),
        fields.isTrue("is_automated"));
  }
}
