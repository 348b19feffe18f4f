package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.archive.ImageArchiveWriter;
import io.lighter.images.archive.SaveSelection;
import io.lighter.images.compression.Compression;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageLookup;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.NamedImage;
import io.lighter.linux.Fd;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.Option;
import org.jspecify.annotations.Nullable;

/** {@code lighter save}. */
final class SaveCommand implements ImageCommand {
  private static final int BUFFER = 1 << 17;

  @Override
  public String usage() {
    return "save [OPTIONS] IMAGE [IMAGE...]";
  }

  @Override
  public String description() {
    return "Write images to an archive, which is Docker's and an OCI layout at once";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        valued(
            "", "compress", "kind", "Compress the archive: gzip or zstd (Docker has no such flag)"),
        valued("o", "output", "string", "Write to a file, instead of standard output"),
        valued("", "platform", "string", "Only if the image is for this platform"));
  }

  @Override
  public int least() {
    return 1;
  }

  @Override
  public int most() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int run(Flags flags, ImageSession session) throws IOException {
    Compression compression = compression(flags);
    ImageStore store = session.store();
    List<SaveSelection> images = selections(store, flags);
    String output = flags.last("output");
    if (output == null) {
      if (session.isTerminal(Fd.STANDARD_OUTPUT)) {
        throw new UsageException(
            "cowardly refusing to save to a terminal. Use the -o flag or redirect");
      }
      OutputStream packed =
          compression.compressing(
              new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER));
      new ImageArchiveWriter(store).write(images, packed);
      packed.close();
      return 0;
    }
    write(store, images, compression, session.file(output));
    return 0;
  }

  private static void write(
      ImageStore store, List<SaveSelection> images, Compression compression, Path file)
      throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new ImageException("invalid output path: the folder " + folder + " does not exist");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // A device or a pipe is written to as it is.
      try (OutputStream out = compression.compressing(Files.newOutputStream(file))) {
        new ImageArchiveWriter(store).write(images, out);
      }
      return;
    }
    // Whoever reads the file sees the old archive or the new one, and never half of it.
    Path fresh = Files.createTempFile(folder, "." + file.getFileName() + "-", "");
    try {
      try (OutputStream out =
          compression.compressing(new BufferedOutputStream(Files.newOutputStream(fresh), BUFFER))) {
        new ImageArchiveWriter(store).write(images, out);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static Compression compression(Flags flags) {
    String kind = flags.last("compress");
    return switch (kind == null ? "none" : kind) {
      case "none" -> Compression.NONE;
      case "gzip" -> Compression.GZIP;
      case "zstd" -> Compression.ZSTD;
      default -> throw flags.invalid("compress", String.valueOf(kind), "it is gzip, zstd or none");
    };
  }

  /** Each image once with all the names by which it was asked for. */
  private static List<SaveSelection> selections(ImageStore store, Flags flags) throws IOException {
    Map<ImageRecord, List<Reference>> all = new LinkedHashMap<>();
    String platform = flags.last("platform");
    for (String operand : flags.operands()) {
      for (Map.Entry<ImageRecord, List<Reference>> found : find(store, operand).entrySet()) {
        if (platform != null) {
          check(store, found.getKey(), operand, Platform.parse(platform));
        }
        List<Reference> names = all.computeIfAbsent(found.getKey(), _ -> new ArrayList<>());
        found.getValue().stream().filter(name -> !names.contains(name)).forEach(names::add);
      }
    }
    List<SaveSelection> selections = new ArrayList<>();
    all.forEach((image, names) -> selections.add(new SaveSelection(image, names)));
    return selections;
  }

  private static void check(ImageStore store, ImageRecord image, String operand, Platform platform)
      throws IOException {
    Platform has = store.config(image).platform();
    if (platform.suitability(has) == 0) {
      throw new ImageException(
          "image with reference %s was found but does not provide the specified platform (%s): it is for %s"
              .formatted(operand, platform, has));
    }
  }

  /** A repository without a tag stands for all its tags, as with Docker. */
  private static Map<ImageRecord, List<Reference>> find(ImageStore store, String operand)
      throws IOException {
    Map<ImageRecord, List<Reference>> found = new LinkedHashMap<>();
    Reference bare = bare(operand);
    if (bare != null && bare.tag() == null && bare.digest() == null) {
      for (NamedImage named : store.names()) {
        ImageRecord image =
            named.name().name().equals(bare.name()) && named.name().tag() != null
                ? store.get(named.id())
                : null;
        if (image != null) {
          found.computeIfAbsent(image, _ -> new ArrayList<>()).add(named.name());
        }
      }
    }
    if (found.isEmpty()) {
      ImageLookup.Found one = new ImageLookup(store).find(operand);
      Reference name = one.name();
      found.put(one.image(), name == null || name.tag() == null ? List.of() : List.of(name));
    }
    return found;
  }

  private static @Nullable Reference bare(String operand) {
    try {
      return Reference.parseBare(operand);
    } catch (ImageException e) {
      return null;
    }
  }
}
