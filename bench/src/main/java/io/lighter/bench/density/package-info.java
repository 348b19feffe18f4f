/**
 * Many containers at once: what each one costs this process, and how long state, list and delete
 * take among a thousand.
 */
@NullMarked
package io.lighter.bench.density;

import org.jspecify.annotations.NullMarked;
