/**
 * The templates of {@code --format}: those of Go's text/template as far as people write them for
 * Docker's commands. No library for them is kept up for Java.
 *
 * @see <a href="https://pkg.go.dev/text/template">text/template</a>
 * @see <a href="https://docs.docker.com/engine/cli/formatting/">Format command and log output</a>
 */
@NullMarked
package io.lighter.cli.template;

import org.jspecify.annotations.NullMarked;
