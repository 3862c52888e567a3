<?php
// WordPress reads no page of a private address or an unusual port; on this stage everything is on loopback.
add_filter('http_request_host_is_external', '__return_true');
add_filter('http_allowed_safe_ports', fn ($ports, $host, $url) => [...$ports, (int) parse_url($url, PHP_URL_PORT)], 10, 3);
// Tests speak faster than people: one comment in 15 seconds would make them wait.
remove_action('check_comment_flood', 'check_comment_flood_db', 10);
add_filter('wp_is_comment_flood', '__return_false', 99);
