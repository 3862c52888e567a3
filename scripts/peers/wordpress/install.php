<?php
// Sets up a fresh site without a browser and prints what a person would have noted: accounts with their passwords.
define('WP_INSTALLING', true);
require getenv('LIVINGROOM_ROOT') . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install('The desk shop', 'admin', 'admin@example.test', true, '', 'admin-password');
update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');
flush_rewrite_rules(false);
switch_theme('plain');
update_option('comment_moderation', 0);
update_option('comment_previously_approved', 0);
update_option('default_pingback_flag', 1);

wp_delete_comment(1, true);

$accounts = [];
foreach (['shop' => 'editor', 'writer' => 'author', 'ana' => 'subscriber'] as $name => $role) {
    $id = wp_insert_user(['user_login' => $name, 'user_pass' => "$name-password", 'user_email' => "$name@example.test",
        'role' => $role, 'display_name' => ucfirst($name)]);
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'livingroom']);
    $accounts[$name] = WP_Application_Passwords::chunk_password($password);
}
echo json_encode($accounts);
