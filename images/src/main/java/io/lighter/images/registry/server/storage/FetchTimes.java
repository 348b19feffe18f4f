package io.lighter.images.registry.server.storage;

import io.lighter.images.Digest;
import io.lighter.images.store.Records;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** When a mirror took what it has in one repository. What was pushed has no time here. */
final class FetchTimes {
  private final Records times;

  FetchTimes(Records times) {
    this.times = times;
  }

  void note(Digest content, Instant time) throws IOException {
    byte[] text = time.toString().getBytes(StandardCharsets.UTF_8);
    times.put(StoredRepository.recordName(content), text, List.of(), List.of());
  }

  void forget(Digest content) throws IOException {
    times.remove(StoredRepository.recordName(content));
  }

  /** What was fetched before a time, in no order. */
  List<Digest> before(Instant time) throws IOException {
    List<Digest> found = new ArrayList<>();
    for (String name : times.names()) {
      byte[] text = times.get(name);
      if (text != null && read(text).isBefore(time)) {
        found.add(StoredRepository.digest(name));
      }
    }
    return found;
  }

  private static Instant read(byte[] text) {
    try {
      return Instant.parse(new String(text, StandardCharsets.UTF_8));
    } catch (DateTimeException e) {
      return Instant.EPOCH; // Not ours: it is only a copy that is fetched again.
    }
  }
}
