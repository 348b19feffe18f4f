package io.lighter.proxy.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestFilesTest {
  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  @TempDir private Path folder;
  private ManifestFiles files = new ManifestFiles(List.of());
  private int second;

  @BeforeEach
  void open() {
    files = new ManifestFiles(List.of(folder));
  }

  /** Writes a file at a time of its own, long ago. */
  private void write(String name, String... services) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String service : services) {
      text.append("---\nkind: Service\nmetadata: {name: ").append(service).append("}\n");
    }
    Path file = Files.writeString(folder.resolve(name), text);
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO.plusSeconds(second++)));
  }

  private List<String> read() throws IOException {
    ManifestChanges changes = files.read();
    List<String> names = titles(changes.put());
    List<String> gone = titles(changes.removed()).stream().map(title -> "no " + title).toList();
    return changes.whole()
        ? List.of("all: " + String.join(", ", names))
        : Stream.concat(names.stream(), gone.stream()).toList();
  }

  private static List<String> titles(List<Map<?, ?>> objects) {
    return objects.stream().map(Written::title).toList();
  }

  @Test
  void shouldReadOnlyWhatHasChanged() throws Exception {
    write("a.yaml", "a1", "a2");
    write("b.yaml", "b");
    assertThat(read()).containsExactly("all: Service a1, Service a2, Service b");
    assertThat(read()).isEmpty();
    write("a.yaml", "a2", "a3");
    assertThat(read()).containsExactly("Service a2", "Service a3", "no Service a1");
    Files.delete(folder.resolve("b.yaml"));
    write("c.yaml", "c");
    assertThat(read()).containsExactly("Service c", "no Service b");
  }

  @Test
  void shouldLetAnObjectMoveToAnotherFile() throws Exception {
    write("a.yaml", "moves");
    write("b.yaml", "b");
    read();
    write("a.yaml");
    write("b.yaml", "b", "moves");
    assertThat(read()).containsExactly("Service b", "Service moves");
  }

  @Test
  void shouldReadAllAgainWhereAnObjectIsInSeveralFiles() throws Exception {
    write("a.yaml", "twice");
    write("b.yaml", "twice");
    write("c.yaml", "c");
    read();
    Files.delete(folder.resolve("b.yaml"));
    assertThat(read()).containsExactly("all: Service twice, Service c");
    write("c.yaml", "c");
    assertThat(read()).containsExactly("Service c");
    write("c.yaml", "twice");
    assertThat(read()).containsExactly("all: Service twice, Service twice");
  }

  @Test
  void shouldTrustNoFileThatWasJustWritten() throws Exception {
    write("a.yaml", "a");
    FileTime now = FileTime.from(Instant.now());
    Files.setLastModifiedTime(folder.resolve("a.yaml"), now);
    read();
    write("a.yaml", "b"); // as long as before
    Files.setLastModifiedTime(folder.resolve("a.yaml"), now);
    assertThat(read()).containsExactly("Service b", "no Service a");
  }

  @Test
  void shouldForgetNothingOverAFileThatIsWrong() throws Exception {
    write("a.yaml", "a");
    read();
    write("a.yaml", "b");
    Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "kind: [");
    assertThatIOException().isThrownBy(files::read).withMessageContaining("wrong.yaml is no YAML");
    Files.delete(wrong);
    assertThat(read()).containsExactly("Service b", "no Service a");
  }
}
