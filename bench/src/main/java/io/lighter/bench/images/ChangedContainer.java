package io.lighter.bench.images;

import java.io.IOException;
import java.util.List;

/** A container with many new files in its writable layer; it is removed when this is closed. */
interface ChangedContainer extends AutoCloseable {
  List<String> diff();

  List<String> commit(String image);

  @Override
  void close() throws IOException;
}
