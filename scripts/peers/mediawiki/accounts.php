<?php
// Makes the accounts of a test, each with a bot password, and prints them as JSON.
use MediaWiki\MediaWikiServices;
use MediaWiki\User\BotPassword;

class MakeAccounts extends Maintenance {
    public function execute() {
        $services = MediaWikiServices::getInstance();
        $grants = array_values(array_diff($services->getGrantsInfo()->getValidGrants(), ['mergehistory']));
        $passwords = [];
        foreach (['Shop' => ['sysop'], 'Writer' => [], 'Ana' => []] as $name => $groups) {
            $user = $services->getUserFactory()->newFromName($name);
            $user->addToDatabase();
            foreach ($groups as $group) {
                $services->getUserGroupManager()->addUserToGroup($user, $group);
            }
            $password = BotPassword::generatePassword($this->getConfig());
            $bot = BotPassword::newUnsaved(['user' => $user, 'appId' => 'livingroom', 'grants' => $grants]);
            $bot->save('insert', $services->getPasswordFactory()->newFromPlaintext($password));
            $passwords[$name] = $password;
        }
        $this->output(json_encode($passwords) . "\n");
    }
}

$maintClass = MakeAccounts::class;
