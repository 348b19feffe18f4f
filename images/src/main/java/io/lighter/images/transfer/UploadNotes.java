package io.lighter.images.transfer;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.json.Fields;
import io.lighter.images.registry.client.UploadNote;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.store.Records;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The uploads that pushes have begun, in records of the store, so that a push goes on after its
 * process was killed. Safe for use by many threads and processes: one of them has a note at a time.
 */
final class UploadNotes {
  /** Longer than a night; registries forget uploads, too. */
  private static final Duration LIFE = Duration.ofHours(24);

  private static final System.Logger LOG = System.getLogger(UploadNotes.class.getName());

  private final ImageStore store;
  private final Records records;
  private final InstantSource clock;

  UploadNotes(ImageStore store, InstantSource clock) {
    this.store = store;
    this.records = store.records("uploads");
    this.clock = clock;
  }

  /** Removes notes of uploads that nobody went on with for a day. */
  void removeOld() throws IOException {
    Instant oldest = clock.instant().minus(LIFE);
    for (String name : records.names()) {
      Instant written = records.lastUsed(name);
      if (written != null && written.isBefore(oldest)) {
        records.remove(name);
      }
    }
  }

  /**
   * Takes the note of an upload until it is closed. While another push has it, what this one does
   * is not written down.
   *
   * @param repository with its domain
   */
  Held take(String repository, Digest blob) throws IOException {
    String name = Digest.of((repository + '@' + blob).getBytes(StandardCharsets.UTF_8)).hex();
    return new Held(repository, blob, name, store.tryLease("upload-" + name));
  }

  /** The note of one upload. */
  final class Held implements UploadNote, AutoCloseable {
    private final String repository;
    private final Digest blob;
    private final String name;
    private final @Nullable Lease lease;

    Held(String repository, Digest blob, String name, @Nullable Lease lease) {
      this.repository = repository;
      this.blob = blob;
      this.name = name;
      this.lease = lease;
    }

    @Override
    public @Nullable Place place() {
      try {
        byte[] record = lease == null ? null : records.get(name);
        if (record == null) {
          return null;
        }
        Fields fields = Fields.read("the note of an upload", record);
        URI location = URI.create(fields.requiredString("location"));
        return new Place(location, Long.parseLong(fields.requiredString("confirmed")));
      } catch (IOException | ImageException | IllegalArgumentException e) {
        failed(e);
        return null;
      }
    }

    @Override
    public void put(Place place) {
      if (lease == null) {
        return;
      }
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("repository", repository);
      json.put("blob", blob.toString());
      json.put("location", place.location().toString());
      json.put("confirmed", String.valueOf(place.confirmed()));
      byte[] record = JsonWriter.compact(json).getBytes(StandardCharsets.UTF_8);
      try {
        records.put(name, record, List.of(), List.of());
      } catch (IOException e) {
        failed(e);
      }
    }

    @Override
    public void remove() {
      try {
        if (lease != null) {
          records.remove(name);
        }
      } catch (IOException e) {
        failed(e);
      }
    }

    private void failed(Exception e) {
      LOG.log(
          Level.WARNING,
          "the upload of {0} to {1} cannot be gone on with if it is broken off: {2}",
          blob,
          repository,
          e.getMessage());
    }

    @Override
    public void close() {
      if (lease != null) {
        lease.close();
      }
    }
  }
}
