package io.lighter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KernelTestNamesTest {

  /**
   * The build picks the classes for the test kernel by name: one named otherwise would never run.
   */
  @Test
  void shouldNameEveryTestOfTheKernelSoThatItRuns() throws IOException {
    List<Path> wrong = new ArrayList<>();
    try (Stream<Path> rooms = Files.list(Path.of(System.getProperty("lighter.root", "..")))) {
      for (Path sources : rooms.map(room -> room.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(sources)) {
          wrong.addAll(wronglyNamed(sources));
        }
      }
    }

    assertThat(wrong).as("classes with @KernelTest must be named ...KernelTest").isEmpty();
  }

  private static List<Path> wronglyNamed(Path sources) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.toString().endsWith("KernelTest.java"))
          .filter(KernelTestNamesTest::hasTagAnnotation)
          .toList();
    }
  }

  private static boolean hasTagAnnotation(Path source) {
    try {
      return Files.readString(source).lines().anyMatch(line -> line.strip().equals("@KernelTest"));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + source, e);
    }
  }
}
