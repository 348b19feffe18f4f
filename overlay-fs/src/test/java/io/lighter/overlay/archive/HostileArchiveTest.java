package io.lighter.overlay.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on those who unpack layers, carried out against us. */
@RequiresRoot
@LeavesNothing(except = Resource.CGROUP)
class HostileArchiveTest extends ExtractionTestBase {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../x",
        "a/../../outside/x",
        "a/..",
        "./../x",
        "a/../b",
        "../outside/secret"
      })
  void shouldRefuseNamesThatLeadUp(String name) {
    assertRefused(new TarBytes().file(name, "x").end(), "entry \"" + name + "\"", "..");
    assertRefused(new TarBytes().folder(name + "/").end(), "..");
    assertRefused(new TarBytes().pax("path", name).file("a", "x").end(), "..");
    assertRefused(new TarBytes().entry('L', "l", "", name + "\0").file("a", "").end(), "..");
  }

  @Test
  void shouldRefuseAbsoluteNames() {
    assertRefused(new TarBytes().file(outside + "/x", "x").end(), "absolute");
    assertRefused(new TarBytes().file("/", "x").end(), "absolute");
    assertRefused(
        new TarBytes().entry('0', "x", "", "", h -> TarBytes.put(h, 345, "/tmp")).end(),
        "entry \"/tmp/x\"",
        "absolute");
  }

  @Test
  void shouldRefuseNamesThatAreNone() {
    assertRefused(new TarBytes().file("", "x").end(), "name is empty");
    assertRefused(new TarBytes().pax("path", "a\0b").file("x", "x").end(), "NUL");
    assertRefused(new TarBytes().pax("linkpath", "a\0b").symlink("x", "x").end(), "NUL");
    assertRefused(new TarBytes().entry('L', "l", "", "a\0b\0").file("x", "x").end(), "NUL");
    assertRefused(new TarBytes().file(".", "x").end(), "root");
    assertRefused(new TarBytes().symlink("./.", "x").end(), "root");
    assertRefused(new TarBytes().symlink("s", "").end(), "symbolic link");
  }

  @Test
  void shouldRefuseNamesThatAreTooLong() {
    String name = "n".repeat(256);
    assertRefused(new TarBytes().pax("path", name).file("x", "x").end(), "256 bytes", "255");
    String path = "n/".repeat(2100) + "x";
    ExtractionLimits deep = new ExtractionLimits(100, 1 << 20, 1 << 20, 1 << 20, 2048);
    assertRefused(
        new TarBytes().pax("path", path).file("x", "x").end(),
        ExtractionOptions.LAYER.withLimits(deep),
        "4201 bytes",
        "4095");
    assertRefused(
        new TarBytes().pax("path", "n/".repeat(256) + "x").file("x", "x").end(), "maxDepth");
    assertRefused(new TarBytes().pax("linkpath", path).symlink("x", "x").end(), "4095");
    assertRefused(new TarBytes().pax("linkpath", name).hardLink("x", "x").end(), "255");
  }

  /** CVE-2014-9356 and many others: the link first, then a file through it. */
  @ParameterizedTest
  @ValueSource(strings = {"OUTSIDE", "../outside", "../../../../../OUTSIDE", "/OUTSIDE/."})
  void shouldNotWriteThroughASymbolicLink(String target) throws IOException {
    String absolute = target.replace("OUTSIDE", outside.toString());
    InputStream tar =
        new TarBytes()
            .symlink("escape", absolute)
            .file("escape/planted", "x")
            .folder("escape/folder/")
            .end();
    try {
      extract(tar);
    } catch (ArchiveException e) {
      // The target is not in the root: a link to nothing.
      assertThat(e).hasMessageContaining("escape");
    }
    assertOutsideIsUntouched();
  }

  @Test
  void shouldReplaceALinkAndNotWhatItPointsTo() throws IOException {
    InputStream tar =
        new TarBytes()
            .symlink("file", outside + "/secret")
            .file("file", "mine")
            .symlink("folder", outside + "/folder")
            .folder("folder/")
            .file("folder/x", "x")
            .end();

    extract(tar);

    assertThat(read("file")).isEqualTo("mine");
    assertThat(root.resolve("file")).isRegularFile().isNotEqualTo(outside);
    assertThat(Files.isDirectory(root.resolve("folder"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertOutsideIsUntouched();
  }

  /** CVE-2021-32760 of containerd: chmod of an existing file outside, through a link. */
  @Test
  void shouldNotChangeAttributesThroughALink() throws IOException {
    InputStream tar =
        new TarBytes()
            .mode(0777)
            .owner(1234, 1234)
            .pax("SCHILY.xattr.trusted.x", "y")
            .symlink("link", outside + "/secret")
            .hardLink("second", "link")
            .mode(04777)
            .hardLink("third", "link")
            .end();

    extract(tar);

    assertThat(attribute("second", "uid")).isEqualTo(1234);
    assertThat(Files.isSymbolicLink(root.resolve("third"))).isTrue();
    assertOutsideIsUntouched();
  }

  /** CVE-2025-47290 of containerd and docker's 2014-6407: hard links to files of the host. */
  @Test
  void shouldNotLinkToFilesOutside() {
    String secret = outside + "/secret";
    assertRefused(new TarBytes().hardLink("x", secret).end(), "hard link to", "absolute");
    assertRefused(new TarBytes().hardLink("x", "../outside/secret").end(), "hard link to", "..");
    assertRefused(
        new TarBytes().symlink("up", outside.toString()).hardLink("x", "up/secret").end(),
        "entry \"x\"",
        "not there");
    assertRefused(
        new TarBytes().symlink("up", "../outside").hardLink("x", "up/secret").end(), "not there");
  }

  /** A file that is written to through a second name, which is a link to a link. */
  @Test
  void shouldNotWriteThroughAHardLinkToASymbolicLink() throws IOException {
    extract(
        new TarBytes()
            .symlink("link", outside + "/secret")
            .hardLink("second", "link")
            .file("second", "mine")
            .end());

    assertThat(read("second")).isEqualTo("mine");
    assertThat(Files.readSymbolicLink(root.resolve("link"))).isEqualTo(outside.resolve("secret"));
    assertOutsideIsUntouched();
  }

  @Test
  void shouldNotFollowMagicLinks() throws IOException {
    Files.createSymbolicLink(root.resolve("self"), Path.of("/proc/self/root"));
    assertRefused(new TarBytes().file("self" + outside + "/x", "x").end(), "self");
    assertRefused(new TarBytes().symlink("loop", "loop").file("loop/x", "x").end(), "loop");
  }

  @Test
  void shouldRefuseHardLinksToWhatIsNoFile() {
    assertRefused(new TarBytes().hardLink("x", "nothing").end(), "not there");
    assertRefused(new TarBytes().folder("d/").hardLink("x", "d").end(), "no file");
    assertRefused(new TarBytes().hardLink("x", ".").end(), "root");
    assertRefused(new TarBytes().hardLink("x", "").end(), "empty");
    assertRefused(new TarBytes().hardLink("x", "x").end(), "not there");
    // A whiteout under a name that nobody has checked.
    assertRefused(new TarBytes().file(".wh.a", "").hardLink("x", "a").end(), "no file");
  }

  @Test
  void shouldTreatDevicesAsTold() throws IOException {
    TarBytes tar = new TarBytes().device('4', "sda", 8, 0).device('6', "fifo", 0, 0);
    ExtractionOptions layer = ExtractionOptions.LAYER;
    assertRefused(tar.end(), layer.withDevices(SpecialFiles.REFUSE), "sda", "device");
    assertRefused(
        tar.end(), layer.withDevices(SpecialFiles.SKIP).withFifos(SpecialFiles.REFUSE), "fifo");

    ExtractedArchive extracted =
        extract(
            new ByteArrayInputStream(tar.toBytes(), 0, 2048), layer.withDevices(SpecialFiles.SKIP));

    assertThat(extracted.remarks()).singleElement().asString().contains("sda", "device");
    assertThat(root.resolve("sda")).doesNotExist();
    assertThat(root.resolve("fifo")).exists();
    assertRefused(new TarBytes().device('3', "x", 0, 0).end(), "0:0");
    assertRefused(new TarBytes().device('3', "x", 4096, 0).end(), "4096:0");
    assertRefused(new TarBytes().device('4', "x", 1, 1 << 20).end(), "1:1048576");
  }

  /** CVE-2024-40635 of containerd: an owner beyond 32 bits becomes root. */
  @Test
  void shouldRefuseOwnersThatAreNone() {
    assertRefused(new TarBytes().owner(1L << 32, 0).file("x", "").end(), "uid", "4294967296");
    assertRefused(new TarBytes().owner(0, 0xffffffffL).file("x", "").end(), "gid", "4294967295");
    assertRefused(new TarBytes().owner(0, 1L << 62).file("x", "").end(), "gid");
    assertRefused(new TarBytes().pax("uid", "4294967296").file("x", "").end(), "uid");
    assertRefused(new TarBytes().pax("uid", "-1").file("x", "").end(), "uid");
    assertRefused(new TarBytes().pax("gid", "99999999999999999999").file("x", "").end(), "gid");
    assertRefused(
        new TarBytes().entry('0', "x", "", "", h -> TarBytes.put(h, 108, "12345678")).end(),
        "octal");
  }

  @Test
  void shouldRefuseSizesThatCannotBe() {
    assertRefused(sized("x", "77777777777\0"), "cut off");
    assertRefused(sized("x", TarBytes.binary(1L << 62, 12)), "maxArchiveBytes");
    assertRefused(sized("x", TarBytes.binary(-1, 12)), "negative");
    assertRefused(sized("x", "\u0080" + "\u00ff".repeat(11)), "64 bits");
    assertRefused(sized("x", "00000002000\0"), "cut off");
    assertRefused(new TarBytes().pax("size", "1099511627776").file("x", "").end(), "maxArchive");
    ExtractionOptions small =
        ExtractionOptions.LAYER.withLimits(new ExtractionLimits(3, 8192, 4, 1024, 9));
    assertRefused(new TarBytes().file("x", "12345").end(), small, "\"x\"", "maxFileBytes");
    assertRefused(
        new TarBytes().file("a", "").file("b", "").file("c", "").file("d", "").end(),
        small,
        "3 entries",
        "maxEntries");
    assertRefused(new ByteArrayInputStream(new byte[8193]), small, "maxArchiveBytes");
  }

  private static InputStream sized(String name, String size) {
    return new TarBytes().entry('0', name, "", "", h -> TarBytes.put(h, 124, size)).end();
  }

  @Test
  void shouldNotBeLedIntoTheHeapOrTheStack() {
    // Extended headers that are larger than the heap, or without end.
    assertRefused(sizedHeader('x'), "maxHeaderBytes");
    assertRefused(sizedHeader('L'), "maxHeaderBytes");
    assertRefused(sizedHeader('g'), "maxHeaderBytes");
    TarBytes comments = new TarBytes();
    for (int i = 0; i < 50_000; i++) {
      comments.entry('g', "g", "", "13 comment=x\n");
    }
    ExtractionLimits few = new ExtractionLimits(40_000, 1L << 30, 1 << 20, 1 << 20, 9);
    assertRefused(comments.end(), ExtractionOptions.LAYER.withLimits(few), "maxEntries");
    assertRefused(new TarBytes().pax("a", "b").pax("a", "b").file("x", "").end(), "two extended");
  }

  private static InputStream sizedHeader(char type) {
    return new TarBytes()
        .entry(type, "big", "", "", h -> TarBytes.put(h, 124, "77777777777\0"))
        .end();
  }

  @Test
  void shouldRefuseArchivesThatAreNotWhole() throws IOException {
    byte[] whole = new TarBytes().file("a", "x".repeat(1000)).file("b", "").toBytes();
    for (int length : new int[] {0, 1, 511, 512, 700, 1024, 1536, 1700, whole.length}) {
      assertRefused(new ByteArrayInputStream(whole, 0, length), "cut off");
    }
    assertRefused(new TarBytes().pax("path", "a").end(), "ends after an extended header");
    byte[] flipped = new TarBytes().file("a", "x").toBytes();
    flipped[0] ^= 1;
    assertRefused(new ByteArrayInputStream(flipped), "byte 0", "checksum");
    assertRefused(
        new TarBytes().file("a", "").raw(new byte[1024]).file("b", "").end(), "after the end");
    assertRefused(
        new TarBytes().file("a", "").raw(new byte[1024]).raw(new byte[] {1}).end(), "byte 1536");
  }

  @Test
  void shouldTakeAnyNumberOfZerosAtTheEnd() throws IOException {
    extract(new TarBytes().file("a", "1").raw(new byte[100_000]).end());
    extract(new ByteArrayInputStream(new TarBytes().file("b", "").raw(new byte[512]).toBytes()));
    assertThat(extract(new ByteArrayInputStream(new byte[1024])).entries()).isZero();
    assertThat(root.toFile().list()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void shouldRefuseWhatProgramsReadInDifferentWays() {
    assertRefused(
        new TarBytes().entry('L', "l", "", "long\0").pax("path", "other").file("x", "").end(),
        "two long names");
    assertRefused(
        new TarBytes().entry('L', "l", "", "a\0").entry('L', "l", "", "b\0").file("x", "").end(),
        "two long names");
    assertRefused(
        new TarBytes().entry('g', "g", "", "10 path=x\n").file("a", "").end(), "global", "path");
    assertRefused(new TarBytes().entry('M', "x", "", "").end(), "\"x\"", "type 'M'");
    assertRefused(new TarBytes().entry('\u0001', "x", "", "").end(), "type 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "5",
        "3 a\n",
        "0 a=b\n",
        "-6 a=b\n",
        "6 a=b",
        "7 a=b\n",
        "6 a=bc",
        "5 =b\n",
        "99999999999999999999 a=b\n",
        "6 a=b\n6 a=",
        "08 a=b\n\n\n",
        " 6 a=b\n",
        "6\ta=b\n",
        "2147483647 a=b\n",
        "7 a\0=b\n",
        "4 =\n"
      })
  void shouldRefuseRecordsThatAreNone(String records) {
    assertRefused(
        new TarBytes().entry('x', "x", "", records).file("a", "").end(), "extended header");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1,2,3", "0,5,3,1", "5,1,0,1", "0,9999999999999999999", "-1,2"})
  void shouldRefuseMapsOfHolesThatAreWrong(String map) {
    assertRefused(
        new TarBytes()
            .pax("GNU.sparse.map", map, "GNU.sparse.size", "100")
            .file("a", "12345")
            .end(),
        "\"a\"",
        "map of holes");
  }

  @Test
  void shouldRefuseOtherMapsOfHolesThatAreWrong() {
    assertRefused(
        new TarBytes().pax("GNU.sparse.map", "0,5").file("a", "12345").end(),
        "GNU.sparse.realsize");
    assertRefused(
        new TarBytes().pax("GNU.sparse.offset", "0", "GNU.sparse.size", "9").file("a", "").end(),
        "without a length");
    assertRefused(
        new TarBytes().pax("GNU.sparse.major", "2", "GNU.sparse.realsize", "9").file("a", "").end(),
        "version 2");
    for (String map : new String[] {"", "x\n", "1\n0\n", "999999999\n" + "1\n".repeat(600)}) {
      assertRefused(
          new TarBytes()
              .pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0", "GNU.sparse.realsize", "10000")
              .file("a", map)
              .end(),
          "map of holes");
    }
    assertRefused(
        new TarBytes().entry('S', "a", "", "x", h -> TarBytes.put(h, 386, "00000000000\0")).end(),
        "map of holes");
  }

  @Test
  void shouldSayWhichParentIsNoFolder() {
    assertRefused(new TarBytes().file("a", "").file("a/b", "").end(), "a/b", "no folder");
    assertRefused(new TarBytes().symlink("a", "gone").file("a/b", "").end(), "a/b", "no folder");
  }

  @Test
  void shouldShowNamesWithoutWhatATerminalWouldDo() {
    assertThatThrownBy(() -> extract(new TarBytes().file("\u001b[2J../..", "").end()))
        .hasMessageContaining("\\u001b[2J")
        .message()
        .doesNotContain("\u001b");
  }
}
