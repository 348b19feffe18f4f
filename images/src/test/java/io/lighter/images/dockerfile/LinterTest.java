package io.lighter.images.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** BuildKit's checks. */
class LinterTest {
  private static List<LintWarning> lint(String text) {
    Dockerfile file =
        Dockerfile.parse("Dockerfile", "# check=experimental=all\n" + text.replace('~', '\n'));
    return new Linter(
            file,
            Set.of("GIVEN"),
            IgnoreRules.of(List.of("secret.txt")),
            image -> image.equals("known") ? Set.of("PATH", "FROM_BASE") : null)
        .warnings();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      value = {
        "FROM a AS Build                                | StageNameCasing",
        "FROM a as build                                | FromAsCasing",
        "FROM a~RUN x \\~~y                             | NoEmptyContinuation",
        "FROM a~run x                                   | ConsistentInstructionCasing",
        "FROM a~Run x                                   | ConsistentInstructionCasing",
        "from a~run x~CMD [\"y\"]                       | ConsistentInstructionCasing",
        "FROM a AS b~FROM a AS b                        | DuplicateStageName",
        "FROM a AS scratch                              | ReservedStageName",
        "FROM a AS context                              | ReservedStageName",
        "FROM a~CMD x                                   | JSONArgsRecommended",
        "FROM a~ENTRYPOINT x                            | JSONArgsRecommended",
        "FROM a~MAINTAINER x                            | MaintainerDeprecated",
        "ARG V~FROM a:$W                                | UndefinedArgInFrom",
        "FROM a~WORKDIR x                               | WorkdirRelativePath",
        "FROM known~COPY $X /                           | UndefinedVar",
        "FROM scratch~ENV A=$GIVEN                      | UndefinedVar",
        "FROM a~CMD [\"x\"]~CMD [\"y\"]                 | MultipleInstructionsDisallowed",
        "FROM a~HEALTHCHECK NONE~HEALTHCHECK NONE       | MultipleInstructionsDisallowed",
        "FROM a~ENV b c                                 | LegacyKeyValueFormat",
        "FROM a~LABEL b c                               | LegacyKeyValueFormat",
        "FROM --platform=$TARGETPLATFORM a              | RedundantTargetPlatform",
        "FROM a~ARG DB_PASSWORD                         | SecretsUsedInArgOrEnv",
        "FROM a~ENV AWS_SECRET_ACCESS_KEY=x             | SecretsUsedInArgOrEnv",
        "ARG V~FROM a:$V                                | InvalidDefaultArgInFrom",
        "ARG V~FROM $V                                  | InvalidDefaultArgInFrom",
        "FROM --platform=linux/amd64 a                  | FromPlatformFlagConstDisallowed",
        "FROM a~COPY secret.txt /                       | CopyIgnoredFile",
        "# wrong~FROM a AS b                            | InvalidDefinitionDescription",
        "FROM a~# wrong~ARG b                           | InvalidDefinitionDescription",
        "FROM a~EXPOSE 80/TCP                           | ExposeProtoCasing",
        "FROM a~EXPOSE 8080:80                          | ExposeInvalidFormat",
        "FROM a~EXPOSE 127.0.0.1:80                     | ExposeInvalidFormat",
      })
  void shouldWarn(String text, String rule) {
    assertThat(lint(text)).extracting(warning -> warning.rule().title()).containsExactly(rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      value = {
        "FROM a AS build",
        "from a as build~run x",
        "ARG V=1~FROM a:$V AS b~FROM b",
        "ARG V~FROM a${V:+:$V}",
        "FROM --platform=$BUILDPLATFORM a",
        "FROM --platform=linux/amd64 a AS for-amd64",
        "FROM a~SHELL [\"x\"]~CMD y",
        "FROM a~WORKDIR /x~WORKDIR y",
        "FROM a AS b~WORKDIR /x~FROM b~WORKDIR y",
        "FROM known~ENV A=$FROM_BASE:$PATH",
        "FROM known~ARG X~ENV A=$X B=${Y:-z}~COPY $A /",
        "FROM unknown~COPY $X /",
        "FROM a~ENV MY_PUBLIC_KEY=x KEYBOARD=y",
        "# b is good~FROM a AS b",
        "FROM a~CMD [\"x\"]~FROM a~CMD [\"y\"]",
        "FROM a~EXPOSE 80/tcp $P",
      })
  void shouldNotWarn(String text) {
    assertThat(lint(text)).isEmpty();
  }

  @Test
  void shouldHintAndPoint() {
    LintWarning warning = lint("FROM known\nENV FOO=1\nCOPY $FO /").getFirst();
    assertThat(warning.text())
        .isEqualTo("UndefinedVar: $FO is not set here (did you mean $FOO?) (line 4)");
    assertThat(warning.rule().url()).endsWith("/rule/undefined-var/");
    assertThat(LintRule.JSON_ARGS_RECOMMENDED.url()).endsWith("/json-args-recommended/");
  }

  @Test
  void shouldSkip() {
    Dockerfile file =
        Dockerfile.parse("x", "# check=skip=MaintainerDeprecated\nFROM a\nMAINTAINER b\nCMD x");
    assertThat(new Linter(file).warnings())
        .extracting(LintWarning::rule)
        .containsExactly(LintRule.JSON_ARGS_RECOMMENDED);
    assertThat(new Linter(file).warnings(Directives.Check.parse("skip=all"))).isEmpty();
  }
}
