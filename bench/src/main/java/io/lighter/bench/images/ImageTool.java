package io.lighter.bench.images;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program that moves and makes images. Each method returns a command; null for what it cannot.
 */
interface ImageTool {
  String name();

  String description();

  List<String> pull(String image);

  List<String> tag(String image, String name);

  @Nullable List<String> push(String image);

  @Nullable List<String> save(String image, Path archive);

  @Nullable List<String> load(Path archive);

  @Nullable List<String> build(Path context, String image);

  /** What its commands write of their heap; null for what has none. */
  default @Nullable HeapLog heap() {
    return null;
  }

  /** The same engine without a program for each request; null when it is a program. */
  default @Nullable RunningEngine engine() throws IOException {
    return null;
  }

  /** Makes a container of an image with a shell, and copies a folder into it as /files. */
  @Nullable ChangedContainer change(String image, Path files)
      throws IOException, InterruptedException;

  /** Removes everything, so that the next command begins with nothing. */
  List<String> clear();
}
