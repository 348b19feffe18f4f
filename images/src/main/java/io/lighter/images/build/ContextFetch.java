package io.lighter.images.build;

import io.lighter.images.build.files.TarArchive;
import io.lighter.images.compression.Compression;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.overlay.archive.ArchiveExtractor;
import io.lighter.overlay.archive.ExtractionOptions;
import io.lighter.overlay.archive.SpecialFiles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fetches contexts that are elsewhere into folders of the store. */
final class ContextFetch {
  /** What a file is called that is all of a context. */
  static final String ONLY_FILE = "context";

  private ContextFetch() {}

  /** Checks a repository out into a folder of a scratch. */
  static void git(Scratch scratch, String folder, BuildContext.Git git) throws IOException {
    GitAddress address = GitAddress.parse(git.address());
    boolean keep = git.keepGitDir() || Boolean.TRUE.equals(address.keepGitDir());
    new GitSource(address).checkOut(scratch.layer().path().resolve(folder), keep, "");
  }

  /**
   * Fetches an archive and unpacks it, or a file that is none.
   *
   * @return whether it was an archive
   */
  static boolean http(ImageStore store, Lease lease, Fd folder, String url) throws IOException {
    Linux linux = store.linux();
    try (Scratch scratch = new Scratch(store, lease);
        Fd fetched = scratch.folder("fetched")) {
      HttpDownload.fetch(url, linux, fetched, ONLY_FILE, null);
      Path file = scratch.layer().path().resolve("fetched").resolve(ONLY_FILE);
      boolean archive;
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
        archive = TarArchive.isOne(in);
      }
      if (archive) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
          extract(linux, in, folder);
        }
      } else {
        linux.files().renameat2(fetched, ONLY_FILE, folder, ONLY_FILE, 0);
      }
      return archive;
    }
  }

  /** Unpacks an archive, however it is compressed. */
  static void extract(Linux linux, InputStream tar, Fd folder) throws IOException {
    ExtractionOptions options =
        ExtractionOptions.FILES.withDevices(SpecialFiles.REFUSE).withFifos(SpecialFiles.CREATE);
    new ArchiveExtractor(linux, options).extract(Compression.decompress(tar), folder);
  }
}
