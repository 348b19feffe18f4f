package io.lighter.images.build;

import io.lighter.images.build.files.CopyRules;
import io.lighter.images.build.files.FileCopy;
import io.lighter.images.build.files.RealPath;
import io.lighter.images.build.files.Selection;
import io.lighter.images.build.files.TarArchive;
import io.lighter.images.compression.Compression;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.overlay.archive.ArchiveExtractor;
import io.lighter.overlay.archive.ExtractionOptions;
import io.lighter.overlay.archive.OwnerMapping;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * One source of COPY or ADD, found.
 *
 * @param unpacked it is an archive, whose files are meant
 */
record SourceFiles(Selection selection, boolean unpacked) {
  static SourceFiles copied(Selection selection) {
    return new SourceFiles(selection, false);
  }

  /**
   * What ADD makes of a local file: an archive is unpacked unless that was forbidden.
   *
   * @param unpack as asked for, null for the default
   */
  static SourceFiles added(Linux linux, Selection selection, @Nullable Boolean unpack)
      throws IOException {
    if (selection.isFolder() || Boolean.FALSE.equals(unpack)) {
      return copied(selection);
    }
    return new SourceFiles(selection, isArchive(linux, selection));
  }

  static boolean isArchive(Linux linux, Selection selection) throws IOException {
    try (InputStream in = selection.open(linux)) {
      return in != null && TarArchive.isOne(in);
    }
  }

  /** Puts the files into the root of a stage. */
  void putInto(Linux linux, Fd root, FileCopy copy, String destination, CopyRules rules)
      throws IOException {
    if (!unpacked) {
      copy.copy(selection, destination);
      return;
    }
    RealPath folder = RealPath.of(linux.files(), root, destination, true);
    copy.makeFolders(folder);
    CopyRules.Owner owner = rules.owner();
    ExtractionOptions options =
        owner == null
            ? ExtractionOptions.FILES
            : ExtractionOptions.FILES.withOwners(OwnerMapping.all(owner.uid(), owner.gid()));
    ArchiveExtractor extractor = new ArchiveExtractor(linux, options);
    try (InputStream in = selection.open(linux)) {
      if (in == null) {
        return;
      }
      if (folder.path().length() == 0) {
        extractor.extract(Compression.decompress(in), root);
      } else {
        extractor.extract(Compression.decompress(in), root, folder.path());
      }
    }
  }
}
