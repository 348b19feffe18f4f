package io.lighter.images.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every mistake is an error that points at its line. */
class MistakesTest {
  @Test
  void shouldShowTheLines() {
    assertThatThrownBy(
            () -> Dockerfile.parse("Dockerfile", "FROM a\n\nRUNN x \\\n  y\nCMD z\nCMD z\nCMD z\n"))
        .isInstanceOf(DockerfileException.class)
        .hasMessage(
            """
            Dockerfile:3
            --------------------
               1 |     FROM a
               2 |    \s
               3 | >>> RUNN x \\
               4 | >>>   y
               5 |     CMD z
               6 |     CMD z
            --------------------
            Dockerfile:3: there is no instruction RUNN (did you mean RUN?)\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      value = {
        "FORM x                            | no instruction FORM (did you mean FROM?)",
        "COPPY a b                         | (did you mean COPY?)",
        "ENTRYPIONT x                      | (did you mean ENTRYPOINT?)",
        "FOOBARBAZ x                       | no instruction FOOBARBAZ",
        "FROM                              | write FROM IMAGE or FROM IMAGE AS NAME",
        "FROM a b                          | write FROM IMAGE",
        "FROM a AS                         | write FROM IMAGE",
        "FROM a IS b                       | write FROM IMAGE",
        "FROM a AS 1b                      | a stage is named by a letter",
        "FROM a AS b/c                     | a stage is named by a letter",
        "FROM --platfrom=x a               | FROM has no flag --platfrom (did you mean platform?)",
        "FROM --platform a                 | the flag --platform of FROM needs a value",
        "RUN                               | RUN needs an argument",
        "RUN []                            | RUN needs a command",
        "RUN --mont=type=cache x           | RUN has no flag --mont (did you mean mount?)",
        "RUN --mount=type=cash,target=/x x | not cash (did you mean cache?)",
        "RUN --mount=type=cache x          | cache needs target=PATH",
        "RUN --mount=type=tmpfs,target=/x,id=1 x | the type tmpfs has no option id",
        "RUN --mount=type=bind,tagret=/x x | no option tagret (did you mean target?)",
        "RUN --mount=type=bind,from=$a,target=/x x | from=$a takes no variables",
        "RUN --mount=type=secret x         | secret needs id=NAME",
        "RUN --mount=target x              | the option target of a mount needs a value",
        "RUN --network=bridge x            | --network is default, none or host",
        "RUN --security=none x             | --security is sandbox or insecure",
        "RUN --network=none --network=host x | the flag --network is there 2 times",
        "RUN --mount=\"type=bind x         | missing \" in the flag",
        "CMD                               | CMD needs an argument",
        "CMD [\"a\", 1]                    | has strings only, and 1 is none",
        "ENV                               | ENV needs at least one KEY=VALUE",
        "ENV a                             | ENV a has no value; write ENV a=VALUE",
        "ENV a=b c                         | c is not KEY=VALUE; quote a value that has spaces",
        "ENV =b                            | a name of ENV is empty",
        "ENV a=1 =b                        | a name of ENV is empty",
        "LABEL a                           | LABEL a has no value",
        "ARG                               | ARG needs at least one NAME",
        "ARG =x                            | a name of ARG is empty",
        "COPY                              | COPY needs a source and a destination",
        "COPY a                            | and has one of them: a",
        "COPY --form=x a b                 | no flag --form (did you mean from?)",
        "COPY --link=maybe a b             | --link is true or false, not maybe",
        "COPY --checksum=x a b             | COPY has no flag --checksum",
        "ADD a                             | ADD needs a source and a destination",
        "ADD --from=x a b                  | ADD has no flag --from",
        "EXPOSE                            | EXPOSE needs an argument",
        "VOLUME []                         | VOLUME needs paths",
        "VOLUME [\"\"]                     | VOLUME needs paths that are not empty",
        "USER                              | USER needs an argument",
        "WORKDIR                           | WORKDIR needs an argument",
        "STOPSIGNAL                        | STOPSIGNAL needs an argument",
        "SHELL /bin/sh                     | SHELL needs the JSON form",
        "SHELL []                          | SHELL needs the JSON form",
        "MAINTAINER                        | MAINTAINER needs an argument",
        "HEALTHCHECK                       | HEALTHCHECK needs CMD and a command, or NONE",
        "HEALTHCHECK curl x                | write HEALTHCHECK CMD curl x",
        "HEALTHCHECK CMD                   | HEALTHCHECK CMD needs a command",
        "HEALTHCHECK NONE x                | NONE takes no flags and no arguments",
        "HEALTHCHECK --interval=5 CMD x    | --interval is a duration such as 30s",
        "HEALTHCHECK --interval=1us CMD x  | --interval is 0 or at least 1ms",
        "HEALTHCHECK --retries=-1 CMD x    | --retries is a number, 0 or more",
        "HEALTHCHECK --retry=1 CMD x       | no flag --retry",
        "ONBUILD                           | ONBUILD needs an argument",
        "ONBUILD ONBUILD RUN x             | ONBUILD ONBUILD is not allowed",
        "ONBUILD FROM x                    | ONBUILD FROM is not allowed",
        "ONBUILD MAINTAINER x              | ONBUILD MAINTAINER is not allowed",
        "ONBUILD RUNN x                    | did you mean RUN?",
        "RUN <<EOF                         | the here-document has no end: no line is just EOF",
        "COPY a <<EOF~x~EOF                | a here-document is no destination",
      })
  void shouldPointAt(String text, String problem) {
    String file = "FROM scratch\n" + text.replace('~', '\n') + "\n";
    DockerfileException e =
        catchThrowableOfType(DockerfileException.class, () -> Dockerfile.parse("Dockerfile", file));
    assertThat(e).as(file).isNotNull();
    assertThat(e.problem()).contains(problem);
    assertThat(e.range().first()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      value = {
        "§§                        | the file has no FROM",
        "ARG a                     | the file has no FROM",
        "# nothing                 | the file has no FROM",
        "LABEL a=b                 | a Dockerfile begins with FROM",
        "# escape=x                | the directive escape is \\ or `, not x",
        "# check=foo=x             | the directive check takes skip=RULE",
        "# check=error=x           | check=error is true or false",
        "# escape=`~# escape=`     | the directive escape is there twice",
      })
  void shouldRefuseFiles(String text, String problem) {
    assertThatThrownBy(() -> Dockerfile.parse("x", text.replace('~', '\n')))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void shouldRefuseALineTooLong() {
    assertThatThrownBy(() -> Dockerfile.parse("x", "FROM a\nRUN " + "x".repeat(70_000)))
        .hasMessageContaining("longer than 65535 bytes");
  }

  @ParameterizedTest
  @CsvSource({"RNU, RUN", "copy, COPY", "x, ''", "WORKDRI, WORKDIR", "ADDD, ADD"})
  void shouldFindTheNearestWord(String word, String nearest) {
    String found = NearestWord.of(word, List.of("RUN", "COPY", "WORKDIR", "ADD"));
    assertThat(found == null ? "" : found).isEqualTo(nearest);
  }
}
