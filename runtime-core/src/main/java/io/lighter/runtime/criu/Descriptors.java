package io.lighter.runtime.criu;

import io.lighter.runtime.json.JsonException;
import io.lighter.runtime.json.JsonReader;
import io.lighter.runtime.json.JsonWriter;
import java.util.List;

/**
 * What the first process had as standard input, output and error, in CRIU's words, by which those
 * of a restored one take their place: {@code pipe:[inode]}, {@code file[mount:inode]}, or something
 * of the container's own. The file has the name and the form of runc's.
 *
 * @param names three
 */
public record Descriptors(List<String> names) {
  static final String FILE = "descriptors.json";
  private static final int LONGEST = 16 * 1024;
  private static final int COUNT = 3;

  public Descriptors {
    names = List.copyOf(names);
  }

  /** Writes them beside the images. */
  public void write(ImageFolder folder) {
    folder.write(FILE, JsonWriter.compact(names));
  }

  /**
   * Reads what lies beside images.
   *
   * @throws CriuException when it is not what it should be
   */
  public static Descriptors read(ImageFolder folder) {
    try {
      if (JsonReader.read(folder.read(FILE, LONGEST)) instanceof List<?> list
          && list.size() == COUNT
          && list.stream().allMatch(String.class::isInstance)) {
        return new Descriptors(list.stream().map(String.class::cast).toList());
      }
    } catch (JsonException e) {
      throw new CriuException(folder.path().resolve(FILE) + ": " + e.getMessage(), e);
    }
    throw new CriuException(
        folder.path().resolve(FILE) + " does not name three descriptors: is it a checkpoint?");
  }

  /** Returns whether one is a pipe or a file of the host, so that another takes its place. */
  public static boolean isReplaced(String name) {
    return name.startsWith("pipe:[") || name.startsWith("file[");
  }
}
