package io.lighter.cli.running;

import io.lighter.images.ImageException;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileLocks;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The containers that run, whoever runs them: their entries, as long as somebody has those locked.
 * A run that was killed has its entry left behind and no lock.
 */
public final class RunningContainers {
  private static final int LEAST_OF_ID = 4;

  private final Linux linux;
  private final Path entries;

  /** Prepares for a state folder. */
  public RunningContainers(Linux linux, Path stateFolder) {
    this.linux = linux;
    this.entries = stateFolder.resolve(ContainerEntry.FOLDER);
  }

  /** Returns those that run now, in the order in which they were started. */
  public List<RunningContainer> list() throws IOException {
    List<RunningContainer> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(entries)) {
      for (Path file : files) {
        RunningContainer container = read(file);
        if (container != null) {
          all.add(container);
        }
      }
    } catch (NoSuchFileException e) {
      // Nothing has run yet.
    }
    all.sort(Comparator.comparing(RunningContainer::started).thenComparing(RunningContainer::id));
    return all;
  }

  /**
   * Finds one by its name or the first digits of its id.
   *
   * @throws ImageException when none runs, or several have ids that begin so
   */
  public RunningContainer find(String text) throws IOException {
    RunningContainer found = findOrNull(text);
    if (found == null) {
      throw new ImageException(
          "No such container: " + text + " (those are known that run now, by lighter run)");
    }
    return found;
  }

  /**
   * Finds one, or returns null when none runs.
   *
   * @throws ImageException when several have ids that begin so
   */
  public @Nullable RunningContainer findOrNull(String text) throws IOException {
    return findOrNull(text, list());
  }

  static @Nullable RunningContainer findOrNull(String text, List<RunningContainer> all) {
    RunningContainer found = null;
    boolean several = false;
    for (RunningContainer container : all) {
      if (text.equals(container.identity().given())) {
        return container;
      }
      if (text.length() >= LEAST_OF_ID && container.id().startsWith(text)) {
        several |= found != null;
        found = container;
      }
    }
    if (several) {
      throw new ImageException(
          "multiple IDs found with provided prefix: " + text + " (give more of its digits)");
    }
    return found;
  }

  /** Whether it still runs. */
  public boolean has(RunningContainer container) throws IOException {
    return container.equals(read(entries.resolve(container.identity().fileName())));
  }

  private @Nullable RunningContainer read(Path file) throws IOException {
    Fd opened = linux.files().openatIfExists(Fd.WORKING_FOLDER, file.toString(), Fcntl.O_RDONLY);
    if (opened == null) {
      return null;
    }
    byte[] content;
    try (opened) {
      if (linux.fileLocks().holder(opened) == FileLocks.NOBODY) {
        return null;
      }
      content = Files.readAllBytes(Path.of(opened.procPath()));
    }
    return RunningContainer.read(file, content);
  }
}
