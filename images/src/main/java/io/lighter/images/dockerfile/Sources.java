package io.lighter.images.dockerfile;

import java.util.List;

/**
 * What ADD or COPY copies, and where to.
 *
 * @param paths as written
 * @param documents files that are written in the Dockerfile itself
 * @param destination as written
 */
public record Sources(List<String> paths, List<HereDocument> documents, String destination) {
  public Sources {
    paths = List.copyOf(paths);
    documents = List.copyOf(documents);
  }
}
