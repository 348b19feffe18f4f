package io.lighter.runtime.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The table of attacks in docs/security.md names tests that exist, and nothing is left out. */
class SecurityTableTest {
  private static final Path ROOT = Path.of(System.getProperty("lighter.root", "..")).normalize();

  private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(should\\w+)`");

  private static final Pattern LATER =
      Pattern.compile("belongs to `(images|engine|cri)`: not there yet");

  /** The attacks that are known: a row that is lost here was lost in the table. */
  private static final int ROWS = 35;

  private static final Map<String, String> SOURCES = new HashMap<>();
  private static List<String[]> rows = List.of();

  @BeforeAll
  static void read() throws IOException {
    rows =
        Files.readAllLines(ROOT.resolve("docs/security.md")).stream()
            .map(line -> line.split("\\|", -1))
            .filter(cells -> cells.length == 6)
            .filter(cells -> !cells[1].strip().equals("CVE") && !cells[1].startsWith("---"))
            .toList();
    try (Stream<Path> rooms = Files.list(ROOT)) {
      for (Path tests : rooms.map(room -> room.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(tests)) {
          readTests(tests);
        }
      }
    }
  }

  private static void readTests(Path tests) throws IOException {
    try (Stream<Path> files = Files.walk(tests)) {
      for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
        String name = String.valueOf(file.getFileName()).replace(".java", "");
        SOURCES.merge(name, Files.readString(file), String::concat);
      }
    }
  }

  @Test
  void shouldHaveARowForEveryAttack() {
    assertThat(rows).hasSize(ROWS);
  }

  @Test
  void shouldNameTestsThatExist() {
    for (String[] row : rows) {
      Matcher test = TEST.matcher(row[4]);
      int found = 0;
      for (; test.find(); found++) {
        assertThat(SOURCES).as(row[1]).containsKey(test.group(1));
        assertThat(SOURCES.get(test.group(1))).as(row[1]).contains("void " + test.group(2) + "(");
      }
      assertThat(found > 0 || LATER.matcher(row[4]).find()).as("a test of %s", row[1]).isTrue();
      assertThat(row[3].isBlank() && found > 0).as("the defence against %s", row[1]).isFalse();
    }
  }
}
