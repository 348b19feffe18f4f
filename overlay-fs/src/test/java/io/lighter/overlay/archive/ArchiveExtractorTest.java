package io.lighter.overlay.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Fd;
import io.lighter.linux.Name;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

@RequiresRoot
@LeavesNothing(except = Resource.CGROUP)
class ArchiveExtractorTest extends ExtractionTestBase {

  @Test
  void shouldMakeEveryTypeOfFile() throws IOException {
    ExtractedArchive extracted =
        extract(
            new TarBytes()
                .folder("./dir/")
                .file("./dir/file", "content")
                .symlink("dir/link", "file")
                .hardLink("second", "dir/file")
                .hardLink("link2", "dir/link")
                .device('3', "null", 1, 3)
                .device('4', "loop", 7, 1000)
                .device('6', "fifo", 0, 0)
                .entry('\0', "old/", "", "")
                .entry('7', "contiguous", "", "c")
                .end());

    assertThat(extracted.entries()).isEqualTo(10);
    assertThat(extracted.contentBytes()).isEqualTo(8);
    assertThat(extracted.remarks()).isEmpty();
    Map<String, String> files = Snapshot.of(root);
    assertThat(files.get("/dir")).startsWith("40755 0:0 1000000000.0");
    assertThat(files.get("/dir/file")).startsWith("100644 ").contains("size 7 links 2");
    assertThat(files.get("/dir/link")).startsWith("120777 ").endsWith(" to file");
    assertThat(files.get("/second")).contains("same as /dir/file");
    assertThat(files.get("/link2")).contains("same as /dir/link").endsWith(" to file");
    assertThat(files.get("/null")).startsWith("20644 ").contains("device 1:3");
    assertThat(files.get("/loop")).startsWith("60644 ").contains("device 7:1000");
    assertThat(files.get("/fifo")).startsWith("10644 ");
    assertThat(files.get("/old")).startsWith("40644 ");
    assertThat(read("contiguous")).isEqualTo("c");
  }

  @Test
  void shouldSetAllThatAnEntrySays() throws IOException {
    extract(
        new TarBytes()
            .mode(06755)
            .owner(1000, 0xfffffffeL)
            .pax("mtime", "1700000000.123456789", "SCHILY.xattr.trusted.note", "a=b\n")
            .file("program", "x")
            .mode(01777)
            .owner(0, 0)
            .mtime(-1)
            .folder("tmp/")
            .pax("mtime", "-1.25", "uid", "2097152", "gid", "5")
            .symlink("link", "to")
            .end());

    Map<String, String> files = Snapshot.of(root);
    assertThat(files.get("/program"))
        .startsWith("106755 1000:4294967294 1700000000.123456789")
        .contains("trusted.note=613d620a");
    assertThat(files.get("/tmp")).startsWith("41777 0:0 -1.000000000");
    assertThat(files.get("/link")).startsWith("120777 2097152:5 -2.750000000");
  }

  @Test
  void shouldKeepCapabilitiesWhichAreNoText() throws IOException {
    extract(
        new TarBytes()
            .owner(7, 7)
            .pax("SCHILY.xattr.security.capability", CAP_SETUID)
            .file("newuidmap", "x")
            .pax("LIBARCHIVE.xattr.trusted.a%3Db", "AID/")
            .file("encoded", "x")
            .pax("SCHILY.xattr.trusted.a%3Db%25", "")
            .file("empty", "x")
            .end());

    Map<String, String> files = Snapshot.of(root);
    assertThat(files.get("/newuidmap"))
        .contains("{security.capability=" + HexFormat.of().formatHex(CAP_SETUID) + "}");
    assertThat(files.get("/encoded")).contains("{trusted.a=b=0080ff}");
    assertThat(files.get("/empty")).contains("{trusted.a=b%=}");
  }

  @Test
  void shouldLeaveOutWhatIsOverlayfsOwn() throws IOException {
    extract(
        new TarBytes()
            .pax(
                "SCHILY.xattr.trusted.overlay.opaque", "y",
                "SCHILY.xattr.user.overlay.opaque", "y",
                "SCHILY.xattr.trusted.overlay.redirect", "/etc",
                "LIBARCHIVE.xattr.trusted.overlay.metacopy", "AA",
                "SCHILY.xattr.security.selinux", "system_u:object_r:shadow_t:s0",
                "SCHILY.xattr.trusted.kept", "y")
            .folder("dir/")
            .end());

    assertThat(Snapshot.of(root).get("/dir")).contains("{trusted.kept=79}");
  }

  @Test
  void shouldKeepNamesThatAreNoText() throws IOException {
    String name = "caf\u00e9-\u00ff\u0080";
    String utf8 = "\u00c3\u00a9" + "l".repeat(200);
    extract(
        new TarBytes()
            .file(name, "1")
            .pax("path", "p-" + name)
            .file("x", "2")
            .entry('L', "l", "", "g-" + name + "\0")
            .file("x", "3")
            .entry('K', "l", "", utf8 + "\0")
            .symlink("link", "x")
            .pax("path", utf8)
            .file("x", "4")
            .end());

    assertThat(Snapshot.of(root))
        .containsOnlyKeys("", "/" + name, "/p-" + name, "/g-" + name, "/link", "/" + utf8);
    assertThat(Snapshot.of(root).get("/link")).endsWith(" to " + utf8);
  }

  @Test
  void shouldGiveFoldersTheirTimeWhateverComesLater() throws IOException {
    extract(
        new TarBytes()
            .mtime(11)
            .folder("./")
            .mtime(22)
            .folder("a/")
            .mtime(33)
            .folder("a/b/")
            .mtime(44)
            .file("a/b/c", "")
            .file("a/x", "")
            .file("top", "")
            .file("a/b/new/file", "")
            .file("a/b/.wh.gone", "")
            .symlink("a/x", "replaced")
            .end());

    Map<String, String> files = Snapshot.of(root);
    assertThat(files.get("")).startsWith("40755 0:0 11.0");
    assertThat(files.get("/a")).startsWith("40755 0:0 22.0");
    assertThat(files.get("/a/b")).startsWith("40755 0:0 33.0");
    assertThat(files.get("/a/b/new")).startsWith("40755 0:0 ").doesNotContain(" 44.0");
  }

  @Test
  void shouldLetTheLastEntryOfANameWin() throws IOException {
    extract(
        new TarBytes()
            .file("a", "1")
            .file("a", "2")
            .folder("b/")
            .file("b/x", "")
            .file("b", "file")
            .symlink("c", "b")
            .folder("c/")
            .file("d", "")
            .folder("d/")
            .folder("e/")
            .file("e/x", "")
            .mode(0700)
            .folder("e/")
            .folder("f/")
            .file("f/x", "")
            .symlink("f", "e")
            .device('6', "a", 0, 0)
            .hardLink("g", "b")
            .hardLink("g", "b")
            .hardLink("b", "g")
            .end());

    Map<String, String> files = Snapshot.of(root);
    assertThat(files).containsOnlyKeys("", "/a", "/b", "/c", "/d", "/e", "/e/x", "/f", "/g");
    assertThat(files.get("/a")).startsWith("1");
    assertThat(files.get("/c")).startsWith("40755");
    assertThat(files.get("/e")).startsWith("40700");
    assertThat(files.get("/f")).endsWith(" to e");
    assertThat(read("g")).isEqualTo("file");
  }

  @Test
  void shouldKeepFoldersAndFilesApartWhenTold() throws IOException {
    ExtractionOptions keep = ExtractionOptions.FILES.withKeepFolders(true);
    extract(new TarBytes().folder("d/").file("f", "").symlink("l", "d").end(), keep);

    assertRefused(new TarBytes().file("d", "").end(), keep, "replace a folder");
    assertRefused(new TarBytes().folder("f/").end(), keep, "replace what is none");
    assertRefused(new TarBytes().folder("l/").end(), keep, "replace what is none");
    extract(new TarBytes().folder("d/").file("f", "new").file("l", "new").end(), keep);
    assertThat(read("f")).isEqualTo("new");
    assertThat(read("l")).isEqualTo("new");
  }

  @Test
  void shouldFollowLinksToFoldersAsSeenFromTheRoot() throws IOException {
    extract(
        new TarBytes()
            .folder("usr/")
            .folder("usr/lib/")
            .symlink("lib", "usr/lib")
            .symlink("absolute", "/usr/lib")
            .symlink("up", "../../../usr")
            .file("lib/a", "")
            .file("absolute/b", "")
            .file("up/c", "")
            .file("up/lib/new/d", "")
            .hardLink("e", "absolute/a")
            .end());

    assertThat(Snapshot.of(root))
        .containsKeys("/usr/lib/a", "/usr/lib/b", "/usr/c", "/usr/lib/new/d", "/e");
    assertOutsideIsUntouched();
  }

  @Test
  void shouldMakeFoldersThatAreMissing() throws IOException {
    extract(
        new TarBytes().file("a//b/./c/d", "x").end(),
        ExtractionOptions.FILES.withOwners(OwnerMapping.all(12, 34)));

    assertThat(Snapshot.of(root).get("/a/b")).startsWith("40755 12:34");
    assertThat(Snapshot.of(root).get("/a/b/c/d")).startsWith("100644 12:34");
    assertThat(read("a/b/c/d")).isEqualTo("x");
  }

  @Test
  void shouldMapOwners() throws IOException {
    OwnerMapping shifted =
        new OwnerMapping() {
          @Override
          public long uid(long uid) {
            if (uid > 65535) {
              throw new IllegalArgumentException("no user " + uid + " in this container");
            }
            return 100_000 + uid;
          }

          @Override
          public long gid(long gid) {
            return 200_000 + gid;
          }
        };
    ExtractionOptions options = ExtractionOptions.LAYER.withOwners(shifted);

    extract(new TarBytes().owner(1, 2).file("a", "").symlink("b", "a").end(), options);

    assertThat(Snapshot.of(root).get("/a")).contains(" 100001:200002 ");
    assertThat(Snapshot.of(root).get("/b")).contains(" 100001:200002 ");
    assertRefused(new TarBytes().owner(65536, 0).file("c", "").end(), options, "\"c\"", "65536");
  }

  @Test
  void shouldExtractBelowABaseInTheRoot() throws IOException {
    Files.createDirectories(root.resolve("srv/data"));
    Files.createSymbolicLink(root.resolve("srv/data/etc"), Path.of("/etc"));
    InputStream tar = new TarBytes().file("x", "1").file("etc/y", "2").file(".wh.z", "").end();
    try (Fd folder = open(root)) {
      Files.createDirectory(root.resolve("etc"));
      new ArchiveExtractor(linux, ExtractionOptions.FILES)
          .extract(tar, folder, Name.of("srv/data"));
    }

    assertThat(read("srv/data/x")).isEqualTo("1");
    assertThat(read("etc/y")).isEqualTo("2");
    assertThat(root.resolve("srv/data/.wh.z")).isRegularFile();
  }

  /** Who may read files of a folder with a default ACL is not for older archives to say. */
  @Test
  void shouldNotHandAclsOnToFilesThatHaveNone() throws IOException {
    // Version 2; user::rwx, user:1000:rwx, group::---, mask::rwx, other::---
    String acl =
        new String(
            HexFormat.of()
                .parseHex(
                    "02000000"
                        + "01000700ffffffff"
                        + "02000700e8030000"
                        + "04000000ffffffff"
                        + "10000700ffffffff"
                        + "20000000ffffffff"),
            StandardCharsets.ISO_8859_1);
    extract(
        new TarBytes()
            .mode(0770)
            .pax("SCHILY.xattr.system.posix_acl_default", acl)
            .folder("shared/")
            .mode(0640)
            .file("shared/plain", "")
            .pax("SCHILY.xattr.system.posix_acl_access", acl)
            .file("shared/own", "")
            .mode(0750)
            .folder("shared/folder/")
            .end());

    Map<String, String> files = Snapshot.of(root);
    assertThat(files.get("/shared")).contains("system.posix_acl_default=0200");
    assertThat(files.get("/shared/plain")).startsWith("100640").contains("{}");
    assertThat(files.get("/shared/own")).startsWith("100770").contains("posix_acl_access=0200");
    assertThat(files.get("/shared/folder")).startsWith("40750").contains("{}");
  }

  @Test
  void shouldReadHolesOfEveryFormat() throws IOException {
    String first = "a".repeat(512);
    String second = "b".repeat(100);
    String size = "1000000";
    extract(
        new TarBytes()
            .pax("GNU.sparse.map", "0,512,500000,100", "GNU.sparse.size", size)
            .file("v01", first + second)
            .pax(
                "GNU.sparse.size",
                size,
                "GNU.sparse.numblocks",
                "2",
                "GNU.sparse.offset",
                "0",
                "GNU.sparse.numbytes",
                "512",
                "GNU.sparse.offset",
                "500000",
                "GNU.sparse.numbytes",
                "100")
            .file("v00", first + second)
            .pax(
                "GNU.sparse.major",
                "1",
                "GNU.sparse.minor",
                "0",
                "GNU.sparse.name",
                "v10",
                "GNU.sparse.realsize",
                size)
            .file("x", "2\n0\n512\n500000\n100\n" + "\0".repeat(493) + first + second)
            .entry(
                'S',
                "old",
                "",
                first + second,
                h -> {
                  TarBytes.put(h, 386, "00000000000\00000000001000\0");
                  TarBytes.put(h, 410, "00001720440\00000000000144\0");
                  TarBytes.put(h, 483, "00003641100\0");
                })
            .file("after", "z")
            .end());

    String expected = first + "\0".repeat(499_488) + second + "\0".repeat(499_900);
    for (String name : new String[] {"v01", "v00", "v10", "old"}) {
      assertThat(read(name).equals(expected)).as(name).isTrue();
      assertThat((long) attribute(name, "size")).as(name).isEqualTo(1_000_000);
    }
    assertThat(read("after")).isEqualTo("z");
  }

  @Test
  void shouldLeaveOutAttributesThatTheFileSystemHasNot() throws IOException {
    ExtractedArchive extracted =
        extract(new TarBytes().pax("SCHILY.xattr.nonsense", "x").file("a", "1").end());

    assertThat(extracted.remarks()).singleElement().asString().contains("\"a\"", "nonsense");
    assertThat(read("a")).isEqualTo("1");
  }

  @Test
  void shouldSayWhichCallFailedOnWhichEntry() {
    String large = "x".repeat(65537);
    assertRefused(new TarBytes().pax("SCHILY.xattr.trusted.x", large).file("a", "").end(), "65537");
    assertRefused(
        new TarBytes().pax("SCHILY.xattr.security.capability", "short").file("b", "").end(),
        "entry \"b\": fsetxattr(",
        "security.capability",
        "EINVAL");
  }
}
