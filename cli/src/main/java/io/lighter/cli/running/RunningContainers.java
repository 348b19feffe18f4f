package io.lighter.cli.running;

import io.lighter.images.ImageException;
import io.lighter.images.json.Fields;
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
 * The containers that run under a name, whoever runs them: the files of their names, as long as
 * somebody has those locked. A run that was killed has its file left behind and no lock.
 */
public final class RunningContainers {
  private static final int LEAST_OF_ID = 4;

  private final Linux linux;
  private final Path names;

  /** Prepares for a state folder. */
  public RunningContainers(Linux linux, Path stateFolder) {
    this.linux = linux;
    this.names = stateFolder.resolve(ContainerName.FOLDER);
  }

  /** Returns those that run now, in the order in which they were started. */
  public List<RunningContainer> list() throws IOException {
    List<RunningContainer> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(names)) {
      for (Path file : files) {
        RunningContainer container = read(file);
        if (container != null) {
          all.add(container);
        }
      }
    } catch (NoSuchFileException e) {
      // Nothing has run with a name yet.
    }
    all.sort(Comparator.comparing(RunningContainer::started).thenComparing(RunningContainer::name));
    return all;
  }

  /**
   * Finds one by its name or the first digits of its id.
   *
   * @throws ImageException when none runs
   */
  public RunningContainer find(String text) throws IOException {
    RunningContainer found = findOrNull(text);
    if (found == null) {
      throw new ImageException(
          "No such container: " + text + " (those are known that run now, by lighter run --name)");
    }
    return found;
  }

  /** Finds one, or returns null when none runs. */
  public @Nullable RunningContainer findOrNull(String text) throws IOException {
    RunningContainer found = null;
    for (RunningContainer container : list()) {
      if (container.name().equals(text)) {
        return container;
      }
      if (text.length() >= LEAST_OF_ID && container.id().startsWith(text)) {
        found = container;
      }
    }
    return found;
  }

  /** Whether it still runs. */
  public boolean has(RunningContainer container) throws IOException {
    return container.equals(read(names.resolve(container.name())));
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
    return content.length == 0
        ? null
        : RunningContainer.read(
            String.valueOf(file.getFileName()), Fields.read("the container of " + file, content));
  }
}
