package io.lighter.cli.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.images.ImageSession;
import io.lighter.images.registry.server.RegistryOptions;
import io.lighter.images.registry.server.RegistryServer;
import io.lighter.linux.Linux;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RequiresRoot
@RequiresTool("busybox")
class BuildCommandTest {
  private static final String DOCKERFILE =
      """
      FROM scratch AS base
      ARG WHO=nobody
      COPY busybox /bin/sh
      RUN echo "hello $WHO" > /greeting; echo told
      FROM base
      LABEL x=$WHO
      """;

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> variables = new HashMap<>();

  @BeforeEach
  void makeContext() throws IOException {
    variables.put("LIGHTER_STATE", folder.resolve("state").toString());
    Files.copy(Path.of("/bin/busybox"), folder.resolve("busybox"));
    Files.writeString(folder.resolve("Dockerfile"), DOCKERFILE);
    Files.writeString(folder.resolve(".dockerignore"), "*\n!busybox\n");
  }

  private int build(String input, String... arguments) {
    out.reset();
    err.reset();
    ImageSession session =
        new ImageSession(
            Linux.kernel(),
            folder,
            variables,
            new ByteArrayInputStream(input.getBytes(UTF_8)),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    return new BuildCommand(session).run(arguments);
  }

  @Test
  void shouldBuildTagAndTell() throws IOException {
    int code =
        build(
            "",
            "--progress=plain",
            "-t",
            "demo:1",
            "--build-arg",
            "WHO=you",
            "--iidfile",
            "id",
            "--metadata-file",
            "meta",
            ".");
    assertThat(err.toString(UTF_8))
        .contains("#1 [base 1/2] COPY busybox /bin/sh\n")
        .containsPattern("#2 \\d+\\.\\d{3} told\n")
        .containsPattern("#2 DONE \\d+\\.\\ds\n");
    assertThat(code).isZero();
    assertThat(Files.readString(folder.resolve("id"))).matches("sha256:[0-9a-f]{64}");
    assertThat(Files.readString(folder.resolve("meta")))
        .contains("\"image.name\" : \"docker.io/library/demo:1\"")
        .contains(Files.readString(folder.resolve("id")));
    assertThat(build("", "--progress=plain", "--build-arg=WHO=you", ".")).isZero();
    assertThat(err.toString(UTF_8)).contains("#1 CACHED").contains("#2 CACHED");
    assertThat(build("", "-q", "--build-arg=WHO=you", ".")).isZero();
    assertThat(out.toString(UTF_8)).matches("sha256:[0-9a-f]{64}\n");
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void shouldWriteOutputs() throws IOException {
    assertThat(build("", "-q", "-o", "files", ".")).as(err.toString(UTF_8)).isZero();
    assertThat(folder.resolve("files/greeting")).hasContent("hello nobody");
    assertThat(build("", "-q", "-o", "type=oci,dest=a.tar", "-o", "-", ".")).isZero();
    assertThat(folder.resolve("a.tar")).isNotEmptyFile();
    assertThat(out.size()).isGreaterThan(1000);
  }

  @Test
  void shouldPushAndKeepTheCache() throws IOException {
    RegistryOptions options =
        RegistryOptions.open(
            folder.resolve("registry"), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    try (RegistryServer server = RegistryServer.start(Linux.kernel(), options)) {
      String name = "127.0.0.1:" + server.address().getPort() + "/team/app";
      String cache = "type=local,dest=cache,mode=max";
      int code =
          build(
              "",
              "--progress=plain",
              "--push",
              "-t",
              name + ":1",
              "--annotation=k=v",
              "--cache-to=" + cache,
              "--metadata-file=meta",
              ".");
      assertThat(err.toString(UTF_8))
          .contains("exporting to image and pushing")
          .contains("pushing " + name + ":1")
          .contains("exporting cache to " + folder.resolve("cache"));
      assertThat(code).isZero();
      assertThat(Files.readString(folder.resolve("meta"))).contains("containerimage.digest");
      assertThat(folder.resolve("cache/index.json")).exists();
      assertThat(
              build(
                  "FROM scratch\nLABEL a=b\n",
                  "-q",
                  "--platform=linux/amd64,linux/arm64",
                  "--provenance=mode=min",
                  "--annotation=index:k=v",
                  "-otype=registry,name=" + name + ":2",
                  "--metadata-file=meta",
                  "-"))
          .as(err.toString(UTF_8))
          .isZero();
      assertThat(Files.readString(folder.resolve("meta"))).contains("image.index.v1");
    }
    variables.put("LIGHTER_STATE", folder.resolve("other").toString());
    assertThat(build("", "--progress=plain", "--cache-from=type=local,src=cache", ".")).isZero();
    assertThat(err.toString(UTF_8)).contains("#1 CACHED").contains("#2 CACHED");
    assertThat(build("", "--push", "-t", "127.0.0.1:1/x/y", ".")).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("ERROR: ").contains("127.0.0.1:1");
  }

  @Test
  void shouldReadStandardInput() {
    assertThat(build("FROM scratch\nLABEL a=b\n", "-q", "-")).as(err.toString(UTF_8)).isZero();
    assertThat(build("FROM scratch\nCOPY busybox /\n", "-q", "-f", "-", ".")).isZero();
    assertThat(build("x", "-f", "-", "-")).isEqualTo(125);
  }

  @Test
  void shouldShowInJsonAndInATerminal() {
    assertThat(build("", "--progress=rawjson", ".")).isZero();
    assertThat(err.toString(UTF_8)).contains("{\"vertexes\":[{\"digest\":\"sha256:");
    assertThat(build("", "--progress=tty", "--no-cache", ".")).isZero();
    assertThat(err.toString(UTF_8)).contains("[+] Building ").contains(" => [base 2/2] RUN echo");
  }

  @Test
  void shouldCheckOnly() {
    assertThat(build("", "--check", ".")).isZero();
    assertThat(out.toString(UTF_8)).isEqualTo("Check complete, no warnings found.\n");
    assertThat(build("FROM scratch\nMAINTAINER x\n", "--check", "-")).isEqualTo(1);
    assertThat(out.toString(UTF_8))
        .contains("1 warning has been found!")
        .contains("WARNING: MaintainerDeprecated - https://docs.docker.com/go/dockerfile/rule/");
  }

  @Test
  void shouldFailWithTheLines() {
    assertThat(build("FROM scratch\nRUNN x\n", "-")).isEqualTo(1);
    assertThat(err.toString(UTF_8))
        .contains("   2 | >>> RUNN x")
        .contains("there is no instruction RUNN (did you mean RUN?)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                               | it takes exactly 1 argument",
        "a b                            | it takes exactly 1 argument",
        "nothing                        | nothing is not there",
        "ftp://127.0.0.1/x              | is no folder, no repository of git and no address by"
            + " http",
        "--rm=false .                   | containers of commands are always removed",
        "--tag=UP .                     | repository name must be lowercase",
        "--platform=linux/amd64,linux/arm64 . | make an index, which type=image has not",
        "--platform=linux/amd64,x/y/z/w .     | it has more than three parts",
        "--annotation=x .               | an annotation is [WHERE:]KEY=VALUE",
        "--annotation=manifst:x=y .     | (did you mean manifest?)",
        "--annotation=index:x=y -o d .  | type=local has no documents to annotate",
        "--attest=type=sbom .           | a list of packages needs an image that scans",
        "--attest=type=x .              | an attestation has the type provenance or sbom",
        "--sbom=true .                  | a list of packages needs an image that scans",
        "--provenance=mode=some .       | mode is min or max, not some",
        "--provenance=version=v0.2 .    | version is v1",
        "--output=type=x .              | an output has the type image, registry, local, tar, oci"
            + " or docker",
        "--output=type=local .          | type=local needs dest=FOLDER",
        "--secret=src=x .               | a secret needs id=NAME",
        "--secret=id=none .             | none is not there",
        "--ssh=default=busybox .        | is no socket of an agent",
        "--add-host=x .                 | it is HOST:IP",
        "--network=bridge .             | it is host or none",
        "--ulimit=x .                   | invalid ulimit argument",
        "--allow=x .                    | it is security.insecure, network.host, device or"
            + " device=NAME",
        "--allow=device=a/b=c,x=y .     | a device has alias=NAME, not x=y",
        "--cache-to=type=registry .     | type=registry needs ref=NAME",
        "--cache-to=type=local .        | type=local needs dest=FOLDER",
        "--cache-to=type=gha .          | type=gha is not supported: use type=registry or"
            + " type=local",
        "--cache-to=type=local,dest=x,mode=all . | mode is min or max, not all",
        "--cache-to=type=local,dest=x,image-manifest=false . | image-manifest=false is not"
            + " supported",
        "--cache-from=type=s3,bucket=x . | type=s3 is not supported: use type=registry or"
            + " type=local",
        "--cache-from=type=local .      | type=local needs src=FOLDER",
        "--cache-from=type=local,src=x,digest=y . | is no digest",
        "--cache-from=type=gha .        | type=gha is not supported",
        "--build-context=x .            | it is NAME=FOLDER",
        "--build-context=x=none .       | none is no folder",
        "--build-context=x=target:y .   | target: is of bake files",
        "--build-context=x=oci-layout://none . | none is no folder",
        "--build-context=x=oci-layout://.@y .  | is no digest",
        "--progress=x .                 | it is auto, plain, tty, quiet or rawjson",
        "--push .                       | an image is pushed by its name; give it one by --tag",
        "--push -t x -o files .         | --push sends an image, and type=local goes elsewhere",
        "-o type=registry .             | an image is pushed by its name; give it one by --tag",
        "-o type=image,dest=x .         | use type=oci or type=docker",
        "-o type=oci,push=true .        | type=oci is not pushed; use type=registry",
        "-o type=image,x=y .            | type=image has no x; it has type, name, dest",
        "-o type=image,unpack=true .    | unpack is not supported: layers are always unpacked",
        "-o type=oci,compression=br .   | compression is uncompressed, gzip or zstd, not br",
        "-o type=oci,compression=estargz . | compression=estargz is not supported: use gzip",
        "-o type=oci,compression-level=10 . | a level of this compression is 0 to 9, not 10",
        "-o type=oci,compression=zstd,oci-mediatypes=0 . | Docker's media types have no zstd",
        "-o type=oci,push=maybe .       | push is true or false, not maybe",
        "--provenance=true .            | make an index, which type=image has not",
        "--memory=1g .                  | --memory is not supported",
        "--tagg=x .                     | unknown flag: --tagg",
        "-f none .                      | there is no Dockerfile at",
      })
  void shouldRefuse(String line, String problem) {
    String[] arguments = line == null ? new String[0] : line.split(" ", -1);
    assertThat(build("", arguments)).isEqualTo(125);
    assertThat(err.toString(UTF_8)).contains(problem).contains("See 'lighter build --help'");
  }
}
