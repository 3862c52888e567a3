<?php
// Added to the settings that MediaWiki's own installer wrote.
$wgServer = getenv('LIVINGROOM_SITE_URL');
$wgScriptPath = '';
$wgJobRunRate = 0;
$wgMainCacheType = CACHE_DB;
$wgCacheDirectory = getenv('LIVINGROOM_SITE');
$wgShowExceptionDetails = true;
$wgEnableUploads = true;
$wgUploadDirectory = getenv('LIVINGROOM_SITE') . '/images';
$wgUploadPath = '/images';
$wgFileExtensions = ['png', 'jpg', 'jpeg', 'gif', 'webp'];
$wgUseImageMagick = false;
// Tests speak faster than people.
$wgRateLimits = [];
$wgPasswordAttemptThrottle = [];
// The accounts' passwords are of no worth to anybody.
$wgPasswordPolicy['policies']['default'] = ['MinimalPasswordLength' => 1];
$wgPasswordPolicy['policies']['sysop'] = $wgPasswordPolicy['policies']['bureaucrat'] = [];
foreach (['Echo'] as $extension) {
    if (is_dir("$IP/extensions/$extension")) {
        wfLoadExtension($extension);
    }
}
$wgEchoUseJobQueue = false;
