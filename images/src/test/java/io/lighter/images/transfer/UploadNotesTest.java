package io.lighter.images.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.images.Digest;
import io.lighter.images.json.Fields;
import io.lighter.images.registry.client.UploadNote;
import io.lighter.images.store.ImageStore;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadNotesTest {
  private static final Digest BLOB = Digest.of(new byte[] {1});
  private static final UploadNote.Place PLACE =
      new UploadNote.Place(URI.create("https://registry.example/v2/app/blobs/uploads/1?s=x"), 17);

  @TempDir Path folder;
  private ImageStore store;
  private Instant now = Instant.now();
  private UploadNotes notes;

  @BeforeEach
  void open() throws IOException {
    store = ImageStore.open(Linux.kernel(), folder.resolve("store"));
    notes = new UploadNotes(store, () -> now);
  }

  private UploadNotes.Held take(String repository) throws IOException {
    return notes.take(repository, BLOB);
  }

  @Test
  void shouldKeepANoteForEachRepository() throws IOException {
    try (UploadNotes.Held note = take("registry.example/app")) {
      assertThat(note.place()).isNull();
      note.put(PLACE);
    }
    try (UploadNotes.Held note = take("registry.example/other")) {
      assertThat(note.place()).isNull();
    }
    try (UploadNotes.Held note = take("registry.example/app")) {
      assertThat(note.place()).isEqualTo(PLACE);
      note.remove();
      assertThat(note.place()).isNull();
    }
  }

  @Test
  void shouldWriteNothingOfWhoWeAre() throws IOException {
    try (UploadNotes.Held note = take("registry.example/app")) {
      note.put(PLACE);
    }
    String name = store.records("uploads").names().getFirst();
    byte[] record = Objects.requireNonNull(store.records("uploads").get(name));
    assertThat(Fields.read("the record", record).names())
        .containsExactlyInAnyOrder("repository", "blob", "location", "confirmed");
  }

  @Test
  void shouldGiveANoteToOneAtATime() throws IOException {
    try (UploadNotes.Held first = take("registry.example/app")) {
      first.put(PLACE);
      try (UploadNotes.Held second = take("registry.example/app")) {
        assertThat(second.place()).isNull();
        second.remove();
      }
      assertThat(first.place()).as("the other cannot remove it").isEqualTo(PLACE);
    }
    store.collectGarbage();
    try (UploadNotes.Held third = take("registry.example/app")) {
      assertThat(third.place()).isEqualTo(PLACE);
    }
  }

  @Test
  void shouldForgetAfterADay() throws IOException {
    try (UploadNotes.Held note = take("registry.example/app")) {
      note.put(PLACE);
    }
    now = now.plus(Duration.ofHours(23));
    notes.removeOld();
    assertThat(store.records("uploads").names()).hasSize(1);
    now = now.plus(Duration.ofHours(2));
    notes.removeOld();
    assertThat(store.records("uploads").names()).isEmpty();
  }

  @Test
  void shouldTakeABrokenNoteForNone() throws IOException {
    try (UploadNotes.Held note = take("registry.example/app")) {
      note.put(PLACE);
      String name = store.records("uploads").names().getFirst();
      store.records("uploads").put(name, new byte[] {'{'}, List.of(), List.of());
      assertThat(note.place()).isNull();
    }
  }
}
