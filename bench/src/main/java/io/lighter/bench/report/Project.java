package io.lighter.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/**
 * Where the source tree is and what its build decided.
 *
 * @param root the top of the source tree; reports are written below it
 * @param jvmFlags the flags that every JVM of ours gets ({@code lighter.jvm.flags} in the root pom)
 */
public record Project(Path root, List<String> jvmFlags) {

  /**
   * Finds the tree by the system property {@code lighter.root}, else above the folder or jar that
   * this class came from.
   *
   * @throws IllegalStateException when neither leads to a tree of ours
   */
  public static Project locate() {
    String named = System.getProperty("lighter.root");
    Path root = named == null ? above(ownLocation()) : Path.of(named);
    if (!Files.isDirectory(root.resolve("bench"))) {
      throw new IllegalStateException(
          root + " is not Lighter's source tree: set -Dlighter.root=FOLDER");
    }
    return new Project(root.toAbsolutePath().normalize(), flags());
  }

  /** The folder for a named report; made when missing. */
  public Path reportFolder(String name) throws IOException {
    return Files.createDirectories(root.resolve("perf-reports").resolve(name));
  }

  private static Path above(Path start) {
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("bench/pom.xml"))) {
        return folder;
      }
    }
    throw new IllegalStateException(
        "no Lighter source tree above " + start + ": set -Dlighter.root=FOLDER");
  }

  private static Path ownLocation() {
    try {
      return Path.of(Project.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the class path of the benchmarks is not a file", e);
    }
  }

  private static List<String> flags() {
    Properties built = new Properties();
    try (InputStream in = Project.class.getResourceAsStream("build.properties")) {
      if (in == null) {
        throw new IllegalStateException("build.properties is missing from the bench jar");
      }
      built.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of(built.getProperty("jvm.flags", "").split(" "));
  }
}
