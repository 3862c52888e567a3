from livingroom.cli import main

main()
