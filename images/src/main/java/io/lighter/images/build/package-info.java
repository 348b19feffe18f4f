/**
 * Makes images of Dockerfiles.
 *
 * <p>A {@link io.lighter.images.build.Builder} compiles the stages that a target needs, runs those
 * that do not need each other at the same time, and keeps what each instruction made in a cache
 * whose keys are by content: the operation, what it runs upon, and the files that it uses. RUN runs
 * in containers of ours.
 *
 * <p>What does not belong here: the language ({@link io.lighter.images.dockerfile}), where images
 * come from ({@link io.lighter.images.build.ImageSource}), and how progress is shown.
 */
@NullMarked
package io.lighter.images.build;

import org.jspecify.annotations.NullMarked;
