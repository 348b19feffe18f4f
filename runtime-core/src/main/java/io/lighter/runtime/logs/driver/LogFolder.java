package io.lighter.runtime.logs.driver;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.runtime.json.JsonException;
import io.lighter.runtime.json.JsonReader;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the folder of a container holds of its log, as its file {@code log.json} says: who has only
 * the folder can read the log by that.
 *
 * @param folder the container's, or one that somebody chose for the log
 * @param driver by which the log is kept
 * @param file or folder of the log, below {@code folder}
 * @param attributes labels and variables that all lines carry, where the lines do not say so
 *     themselves
 */
public record LogFolder(Path folder, String driver, String file, Map<String, String> attributes) {
  /** The name of the file. */
  public static final String DESCRIPTION = "log.json";

  public LogFolder {
    attributes = Map.copyOf(attributes);
  }

  /**
   * Finds out what there is.
   *
   * @return null when there is no log
   * @throws LogDriverException when the description cannot be read
   */
  public static @Nullable LogFolder read(Path folder) {
    Path description = folder.resolve(DESCRIPTION);
    try {
      if (JsonReader.read(Files.readAllBytes(description)) instanceof Map<?, ?> fields
          && fields.get("driver") instanceof String driver
          && fields.get("file") instanceof String file
          && isName(file)) {
        return new LogFolder(folder, driver, file, attributes(fields.get("attributes")));
      }
      throw new LogDriverException(description + " does not describe a log");
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException | JsonException e) {
      throw new LogDriverException(description + " does not describe a log: " + e, e);
    }
  }

  /** What somebody has put into the folder must not lead out of it. */
  private static boolean isName(String file) {
    return !file.startsWith("/") && !file.contains("..");
  }

  private static Map<String, String> attributes(@Nullable Object given) {
    Map<String, String> attributes = new TreeMap<>();
    if (given instanceof Map<?, ?> fields) {
      fields.forEach((name, value) -> attributes.put(String.valueOf(name), String.valueOf(value)));
    }
    return attributes;
  }

  /** Returns where the log is. */
  public Path path() {
    return folder.resolve(file);
  }

  /**
   * Makes the folder if need be and describes the log that is about to be kept in it. A log of the
   * same driver is gone on with.
   *
   * @throws LogDriverException when there is a log of another driver, or the folder cannot be made
   */
  static LogFolder begin(Path folder, String driver, String file, Map<String, String> attributes) {
    LogFolder before = read(folder);
    if (before != null && !before.driver.equals(driver)) {
      throw new LogDriverException(
          "the folder %s has a log of the driver %s, which %s cannot go on with"
              .formatted(folder, before.driver, driver));
    }
    String goesOn = before == null ? file : before.file;
    LogFolder now = new LogFolder(folder, driver, goesOn, attributes);
    if (!now.equals(before)) {
      now.write();
    }
    return now;
  }

  private void write() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("driver", driver);
    fields.put("file", file);
    fields.put("attributes", new TreeMap<>(attributes));
    try {
      Files.createDirectories(folder.resolve(file).resolveSibling("."));
      Path unfinished = folder.resolve(DESCRIPTION + ".tmp");
      Files.write(unfinished, (JsonWriter.indented(fields) + "\n").getBytes(UTF_8));
      Files.move(unfinished, folder.resolve(DESCRIPTION), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new LogDriverException("the folder of a container's log cannot be made: " + e, e);
    }
  }
}
